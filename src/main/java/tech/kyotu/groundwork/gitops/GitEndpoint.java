package tech.kyotu.groundwork.gitops;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * The one server that a repository's credential is meant for. No connection is opened to any other
 * place, so neither a redirect nor a mistake can carry the credential away.
 */
final class GitEndpoint {

  private final String title;
  private final URI address;
  private final Path credentialFile;
  private final Optional<Path> caFile;
  private final Proxy proxy;
  private volatile @Nullable Trust trust;

  /** What a CA file said when it was last changed; parsing it for each connection would cost. */
  private record Trust(String version, SSLSocketFactory factory) {}

  private GitEndpoint(
      String title, URI address, Path credentialFile, Optional<Path> caFile, Proxy proxy) {
    this.title = title;
    this.address = address;
    this.credentialFile = credentialFile;
    this.caFile = caFile;
    this.proxy = proxy;
  }

  /**
   * The server of the settings.
   *
   * @throws IllegalArgumentException if the address is not one that we use; one sentence says why
   */
  static GitEndpoint of(
      String title, GroundworkConfig.Repository repository, boolean allowPlainHttp) {
    URI url = repository.url();
    String scheme = String.valueOf(url.getScheme());
    boolean isHttp = scheme.equals("http") && allowPlainHttp;
    if (!scheme.equals("https") && !isHttp) {
      throw new IllegalArgumentException(
          "The address of the %s must start with https:// (%s:// is not available%s)."
              .formatted(
                  title,
                  scheme.equals("null") ? "ssh" : scheme,
                  scheme.equals("http") ? " without groundwork.git.allow-plain-http" : ""));
    }
    String user = url.getRawUserInfo();
    if (user != null && user.contains(":")) {
      throw new IllegalArgumentException(
          "The address of the %s holds a password. Put it into the credential file."
              .formatted(title));
    }
    if (url.getHost() == null || url.getRawQuery() != null || url.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "The address of the %s must be a host and a path.".formatted(title));
    }
    String host = url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    return new GitEndpoint(
        title,
        URI.create(scheme + "://" + host + url.getRawPath()),
        repository.credentialFile(),
        repository.caFile(),
        repository.proxy().map(GitEndpoint::httpProxy).orElse(Proxy.NO_PROXY));
  }

  private static Proxy httpProxy(URI proxy) {
    int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port));
  }

  /** The address, never with a user. */
  String address() {
    return address.toString();
  }

  /** Changes whenever the credential file does. */
  String credentialVersion() {
    try {
      return version(credentialFile);
    } catch (IOException absent) {
      return "";
    }
  }

  /** Mounted files are replaced behind a link, so the real file counts. */
  private static String version(Path file) throws IOException {
    Path real = file.toRealPath();
    return real + " " + Files.getLastModifiedTime(real) + " " + Files.size(real);
  }

  /**
   * Says early and clearly if there is no usable credential.
   *
   * @throws RejectedException {@code AccessDenied}
   */
  void checkCredential() throws RejectedException {
    try {
      readCredential();
    } catch (IOException e) {
      throw new RejectedException(
          Reason.ACCESS_DENIED,
          "The credential file of the %s cannot be used: %s. It holds one line, user:token."
              .formatted(title, e instanceof UnusableCredential ? e.getMessage() : "not readable"));
    }
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
      https.setSSLSocketFactory(trust(caFile.get()));
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

  private SSLSocketFactory trust(Path file) throws IOException {
    String version = version(file);
    Trust known = trust;
    if (known == null || !known.version().equals(version)) {
      known = new Trust(version, trusting(file));
      trust = known;
    }
    return known.factory();
  }

  /** The authorities of the system and those of the file. There is no way to trust everybody. */
  private static SSLSocketFactory trusting(Path caFile) throws IOException {
    try {
      KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
      authorities.load(null, null);
      int count = 0;
      for (X509TrustManager manager : trustManagers(null)) {
        for (Certificate certificate : manager.getAcceptedIssuers()) {
          authorities.setCertificateEntry("ca-" + count++, certificate);
        }
      }
      try (InputStream file = Files.newInputStream(caFile)) {
        for (Certificate extra :
            CertificateFactory.getInstance("X.509").generateCertificates(file)) {
          authorities.setCertificateEntry("ca-" + count++, extra);
        }
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trustManagers(authorities), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IOException("the CA file cannot be used", e);
    }
  }

  private static X509TrustManager[] trustManagers(@Nullable KeyStore authorities)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authorities);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .toArray(X509TrustManager[]::new);
  }
}
