package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepException;

/** The HTTP connections of one conversation. */
final class HttpWire implements Wire, HttpConnectionFactory {

  private final HttpEndpoint endpoint;
  final Deadline deadline;
  int code;
  boolean posted;
  Optional<Duration> retryAfter = Optional.empty();
  private @Nullable String location;

  HttpWire(HttpEndpoint endpoint, Deadline deadline) {
    this.endpoint = endpoint;
    this.deadline = deadline;
  }

  @Override
  public void carry(Transport transport) {
    ((TransportHttp) transport).setHttpConnectionFactory(this);
  }

  @Override
  public HttpConnection create(URL url) throws IOException {
    HttpURLConnection connection = endpoint.open(url);
    deadline.watch(connection::disconnect);
    code = 0;
    return new WatchedConnection(connection, this);
  }

  /** The proxy is ours to choose: the one that is handed over comes from the machine. */
  @Override
  public HttpConnection create(URL url, @Nullable Proxy ambient) throws IOException {
    return create(url);
  }

  void answered(HttpURLConnection connection) throws IOException {
    code = connection.getResponseCode();
    location = connection.getHeaderField("Location");
    String after = connection.getHeaderField("Retry-After");
    if (after != null && after.matches("[0-9]{1,5}")) {
      retryAfter = Optional.of(Duration.ofSeconds(Integer.parseInt(after)));
    }
  }

  @Override
  public boolean isAnswered() {
    return code == HttpURLConnection.HTTP_OK;
  }

  @Override
  public boolean mayHavePushed() {
    return posted && (code < 400 || code >= 500);
  }

  @Override
  public boolean isTooLarge() {
    return code == HttpURLConnection.HTTP_ENTITY_TOO_LARGE;
  }

  @Override
  public StepException meaning(Exception cause) {
    return new HttpTrouble(new ServerTrouble(endpoint.repository(), cause, deadline), this)
        .translated();
  }

  /** Only the host: the rest of an address may hold a secret. */
  String redirectedTo() {
    try {
      String host = location == null ? null : new URI(location).getHost();
      return host == null ? "" : " on " + Sanitizer.foreign(host);
    } catch (URISyntaxException e) {
      return "";
    }
  }
}
