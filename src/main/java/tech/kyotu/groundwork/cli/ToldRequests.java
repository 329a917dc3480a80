package tech.kyotu.groundwork.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Predicate;

/** Names each request, for who asks with {@code -v}; bodies stay untold. */
final class ToldRequests implements ApiServer {

  private final ApiServer server;
  private final PrintWriter err;

  ToldRequests(ApiServer server, PrintWriter err) {
    this.server = server;
    this.err = err;
  }

  @Override
  public String namespace() {
    return server.namespace();
  }

  @Override
  public Answer get(String path, String accept) {
    return told("GET", path, server.get(path, accept));
  }

  @Override
  public Answer post(String path, String contentType, String body) {
    return told("POST", path, server.post(path, contentType, body));
  }

  @Override
  public Answer patch(String path, String body) {
    return told("PATCH", path, server.patch(path, body));
  }

  @Override
  public Answer watch(String path, Predicate<JsonNode> isEnough, Duration atMost) {
    return told("WATCH", path, server.watch(path, isEnough, atMost));
  }

  private Answer told(String verb, String path, Answer answer) {
    err.printf("%s %s: %d%n", verb, path, answer.status());
    err.flush();
    return answer;
  }

  @Override
  public void close() {
    server.close();
  }
}
