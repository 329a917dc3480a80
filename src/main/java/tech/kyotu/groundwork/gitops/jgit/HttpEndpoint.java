package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * A server that is reached over HTTP, by user and token.
 *
 * @param address never with a user
 */
record HttpEndpoint(
    PathFence repository, URI address, Path credentialFile, Optional<CaFile> caFile, Proxy proxy)
    implements GitEndpoint {

  static HttpEndpoint of(PathFence fence, GroundworkConfig.Repository repository) {
    URI url = repository.url();
    String host = url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    return new HttpEndpoint(
        fence,
        URI.create(url.getScheme() + "://" + host + url.getRawPath()),
        repository.credentialFile(),
        repository.caFile().map(CaFile::new),
        repository.proxy().map(HttpEndpoint::httpProxy).orElse(Proxy.NO_PROXY));
  }

  private static Proxy httpProxy(URI proxy) {
    int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port));
  }

  @Override
  public String credentialVersion() {
    try {
      String credential = FileVersion.of(credentialFile);
      return caFile.isPresent() ? credential + " " + caFile.get().version() : credential;
    } catch (IOException absent) {
      return "";
    }
  }

  @Override
  public void checkFiles() throws RejectedException {
    try {
      readCredential();
    } catch (IOException e) {
      throw new RejectedException(
          Reason.ACCESS_DENIED,
          "The credential file of the %s cannot be used: %s. It holds one line, user:token."
              .formatted(
                  repository.title(),
                  e instanceof UnusableCredential ? e.getMessage() : "not readable"));
    }
    try {
      if (caFile.isPresent()) {
        caFile.get().sockets();
      }
    } catch (IOException e) {
      throw new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "The file of groundwork.git.%s.ca-file cannot be used: %s. It holds PEM certificates."
              .formatted(
                  repository.word(), e instanceof NoSuchFileException ? "absent" : e.getMessage()));
    }
  }

  @Override
  public Wire wire(Deadline deadline) {
    return new HttpWire(this, deadline);
  }

  /**
   * A connection to the server, with the credential as it is in the file now.
   *
   * @throws IOException if the place is another one, or there is no credential
   */
  HttpURLConnection open(URL url) throws IOException {
    boolean isOurs =
        url.getProtocol().equals(address.getScheme())
            && url.getHost().equalsIgnoreCase(address.getHost())
            && port(url.getPort(), url.getDefaultPort())
                == port(address.getPort(), url.getDefaultPort());
    if (!isOurs) {
      throw new IOException("no connection is made to another server than the configured one");
    }
    HttpURLConnection connection = (HttpURLConnection) url.openConnection(proxy);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    if (connection instanceof HttpsURLConnection https && caFile.isPresent()) {
      https.setSSLSocketFactory(caFile.get().sockets());
    }
    byte[] login = readCredential().getBytes(StandardCharsets.UTF_8);
    connection.setRequestProperty(
        "Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
    return connection;
  }

  private static int port(int given, int otherwise) {
    return given < 0 ? otherwise : given;
  }

  private String readCredential() throws IOException {
    String line = Files.readString(credentialFile).strip();
    if (line.isEmpty()) {
      throw new UnusableCredential("it is empty");
    }
    if (line.indexOf(':') < 1 || line.endsWith(":") || line.lines().count() > 1) {
      throw new UnusableCredential("it has another form");
    }
    return line;
  }

  /** The message is ours and tells nothing of the content. */
  private static final class UnusableCredential extends IOException {
    private static final long serialVersionUID = 1L;

    UnusableCredential(String message) {
      super(message);
    }
  }
}
