package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * What stands before a server in a real network: it passes requests on unchanged, until it is told
 * to answer some of them itself, as a proxy, a gateway or a limiter does.
 */
public final class HttpFront implements AutoCloseable {
  /** They belong to one connection, not to what is passed on. */
  private static final Set<String> OF_THE_CONNECTION =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

  private final String behind;
  private final Server server = new Server();
  private final ServerConnector connector;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger struck = new AtomicInteger();
  private volatile Optional<Trouble> trouble = Optional.empty();

  /**
   * A request as the front sees it.
   *
   * @param path undecoded, with the query
   */
  public record Asked(String method, String path) {}

  /** What is answered in place of the server; an empty one breaks the connection. */
  private record Trouble(Predicate<Asked> which, Optional<Told> told) {}

  /**
   * An answer of the front's own.
   *
   * @param headers beside the content type
   */
  public record Told(int status, String contentType, String body, Map<String, String> headers) {

    /** An error in JSON, as an API gives it. */
    public static Told json(int status, String body) {
      return new Told(status, "application/json", body, Map.of());
    }

    /** A page for people, as a proxy gives it. */
    public static Told page(int status) {
      return new Told(status, "text/html", "<html><h1>" + status + "</h1></html>", Map.of());
    }

    /** The wish that the asker waits so long. */
    public static Told limited(Duration time) {
      return new Told(
          429, "text/plain", "slow down", Map.of("Retry-After", Long.toString(time.toSeconds())));
    }
  }

  private HttpFront(String behind) {
    this.behind = behind;
    HttpConfiguration http = new HttpConfiguration();
    // An encoded slash inside a segment is for the server behind to judge.
    http.setUriCompliance(UriCompliance.UNSAFE);
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            return serve(request, response, callback);
          }
        });
  }

  /** Stands before the server at this address, on a free port. */
  public static HttpFront before(String url) {
    HttpFront front = new HttpFront(url);
    try {
      front.server.start();
    } catch (Exception e) {
      throw new IllegalStateException("the front does not start", e);
    }
    return front;
  }

  /** Where it listens, as {@code http://127.0.0.1:port}. */
  public String url() {
    return "http://127.0.0.1:" + connector.getLocalPort();
  }

  /** Answers these requests itself from now on; the server never sees them. */
  public void answers(Predicate<Asked> which, Told told) {
    trouble = Optional.of(new Trouble(which, Optional.of(told)));
  }

  /** Breaks the connection of these requests from now on; the server never sees them. */
  public void cuts(Predicate<Asked> which) {
    trouble = Optional.of(new Trouble(which, Optional.empty()));
  }

  /** Passes everything on again. */
  public void heals() {
    trouble = Optional.empty();
  }

  /** How many requests it kept from the server so far. */
  public int struck() {
    return struck.get();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the front does not stop", e);
    }
  }

  private boolean serve(Request request, Response response, Callback callback)
      throws IOException, InterruptedException {
    Asked asked = new Asked(request.getMethod(), request.getHttpURI().getPathQuery());
    Optional<Trouble> now = trouble.filter(it -> it.which().test(asked));
    if (now.isEmpty()) {
      passOn(asked, request, response);
      callback.succeeded();
      return true;
    }
    struck.incrementAndGet();
    if (now.get().told().isEmpty()) {
      request.getConnectionMetaData().getConnection().getEndPoint().close();
      callback.failed(new IOException("connection cut on purpose"));
      return true;
    }
    Told told = now.get().told().get();
    // What was sent is taken in, as a server does; else the sender may see only a broken line.
    var unused = Content.Source.asByteBuffer(request);
    response.getHeaders().put("Content-Type", told.contentType());
    told.headers().forEach(response.getHeaders()::put);
    write(response, told.status(), told.body().getBytes(UTF_8));
    callback.succeeded();
    return true;
  }

  private void passOn(Asked asked, Request request, Response response)
      throws IOException, InterruptedException {
    ByteBuffer content = Content.Source.asByteBuffer(request);
    byte[] body = new byte[content.remaining()];
    content.get(body);
    HttpRequest.Builder onward =
        HttpRequest.newBuilder(URI.create(behind + asked.path()))
            .method(
                asked.method(),
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    for (HttpField field : request.getHeaders()) {
      if (isPassedOn(field.getName())) {
        onward.header(field.getName(), field.getValue());
      }
    }
    HttpResponse<byte[]> answer;
    try {
      answer = client.send(onward.build(), BodyHandlers.ofByteArray());
    } catch (IOException | CompletionException away) {
      write(response, 502, "bad gateway".getBytes(UTF_8));
      return;
    }
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (isPassedOn(name)) {
                response.getHeaders().put(name, values);
              }
            });
    write(response, answer.statusCode(), answer.body());
  }

  private static boolean isPassedOn(String header) {
    return !header.startsWith(":") && !OF_THE_CONNECTION.contains(header.toLowerCase(Locale.ROOT));
  }

  private static void write(Response response, int status, byte[] body) throws IOException {
    response.setStatus(status);
    Content.Sink.write(response, true, ByteBuffer.wrap(body));
  }
}
