package tech.kyotu.groundwork.vault;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import tech.kyotu.groundwork.config.Authorities;
import tech.kyotu.groundwork.config.GroundworkConfig;

/** Makes the one HTTP client of the adapter. There is no way to turn verification off. */
final class Transport {

  private static final Duration CONNECT = Duration.ofSeconds(5);

  private Transport() {}

  /**
   * A client for this connection.
   *
   * @throws IllegalArgumentException if the file with authorities cannot be read, or the proxy has
   *     no host
   */
  static HttpClient to(GroundworkConfig.Connection connection) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            // A followed redirect would carry the token to whoever sent it.
            .followRedirects(HttpClient.Redirect.NEVER);
    connection.caFile().ifPresent(file -> builder.sslContext(trusting(file)));
    connection.proxy().ifPresent(proxy -> builder.proxy(ProxySelector.of(address(proxy))));
    return builder.build();
  }

  private static InetSocketAddress address(URI proxy) {
    if (proxy.getHost() == null) {
      throw new IllegalArgumentException("vault.proxy names no host");
    }
    int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
    return InetSocketAddress.createUnresolved(proxy.getHost(), port);
  }

  private static SSLContext trusting(Path caFile) {
    try (InputStream pem = Files.newInputStream(caFile)) {
      return Authorities.beside(CertificateFactory.getInstance("X.509").generateCertificates(pem));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("vault.ca-file cannot be used: " + caFile, e);
    }
  }
}
