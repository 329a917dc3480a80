package tech.kyotu.groundwork.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Something at Vault's address that answers whatever a test says, and remembers what it was asked.
 */
final class StubVault implements AutoCloseable {

  /**
   * An answer.
   *
   * @param status HTTP status
   * @param headers beside the usual ones
   * @param body as text
   * @param missing how many bytes of the announced length are never sent
   * @param endless whether the body never ends
   */
  record Reply(int status, Map<String, String> headers, String body, int missing, boolean endless) {
    static Reply of(int status, String body) {
      return new Reply(status, Map.of(), body, 0, false);
    }

    Reply with(String header, String value) {
      return new Reply(status, Map.of(header, value), body, missing, endless);
    }

    Reply cutShort() {
      return new Reply(status, headers, body, 10, endless);
    }

    Reply withoutEnd() {
      return new Reply(status, headers, body, missing, true);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<Reply> replies = new ArrayList<>();

  StubVault() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The next answers, in order; the last one is given again and again. */
  StubVault answering(Reply... next) {
    synchronized (replies) {
      replies.clear();
      replies.addAll(List.of(next));
    }
    return this;
  }

  /** Method, path with query, token and body of each request. */
  List<String> asked() {
    return asked;
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private Reply next() {
    synchronized (replies) {
      return replies.size() > 1 ? replies.remove(0) : replies.get(0);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    String token = exchange.getRequestHeaders().getFirst("X-Vault-Token");
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    asked.add(
        "%s %s %s %s"
            .formatted(exchange.getRequestMethod(), exchange.getRequestURI(), token, body)
            .strip());
    Reply reply = next();
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] bytes = reply.body().getBytes(UTF_8);
    int length = bytes.length + reply.missing();
    exchange.sendResponseHeaders(reply.status(), reply.endless() ? 0 : length == 0 ? -1 : length);
    exchange.getResponseBody().write(bytes);
    exchange.getResponseBody().flush();
    if (reply.endless()) {
      awaitClosing();
    }
    exchange.close();
  }

  private void awaitClosing() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
