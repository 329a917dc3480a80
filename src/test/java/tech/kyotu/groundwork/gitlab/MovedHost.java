package tech.kyotu.groundwork.gitlab;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * A host that GitLab moved away from while we talked to it: its first answer is GitLab's own, all
 * later ones point to another path, where everything is answered well.
 */
final class MovedHost implements AutoCloseable {

  private static final String NEW_HOME = "/moved";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final int status;
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server, 1, 1);

  /** Redirects with this status. */
  MovedHost(int status) throws Exception {
    this.status = status;
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            answer(request, response, callback);
            return true;
          }
        });
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + connector.getLocalPort();
  }

  /** Method, path and whether a credential came along, of each request. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  private void answer(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getPath();
    boolean isTrusting = request.getHeaders().contains("PRIVATE-TOKEN");
    asked.add(request.getMethod() + " " + path + (isTrusting ? " with credential" : ""));
    boolean isAtHome = path.startsWith(NEW_HOME);
    if (isAtHome || asked.size() == 1) {
      response.setStatus(isAtHome ? 200 : 401);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      response.write(
          true,
          ByteBuffer.wrap("{\"id\":7,\"full_path\":\"a\"}".getBytes(StandardCharsets.UTF_8)),
          callback);
      return;
    }
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.LOCATION, url() + NEW_HOME + path);
    callback.succeeded();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception failed) {
      throw new IllegalStateException("the moved host did not stop", failed);
    }
  }
}
