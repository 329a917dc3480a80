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
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
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
    List<Certificate> trusted = new ArrayList<>();
    try {
      for (TrustManager manager : managers(null)) {
        if (manager instanceof X509TrustManager system) {
          trusted.addAll(List.<X509Certificate>of(system.getAcceptedIssuers()));
        }
      }
      try (InputStream pem = Files.newInputStream(caFile)) {
        trusted.addAll(CertificateFactory.getInstance("X.509").generateCertificates(pem));
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers(storeOf(trusted)), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("vault.ca-file cannot be used: " + caFile, e);
    }
  }

  private static KeyStore storeOf(List<Certificate> trusted)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (int i = 0; i < trusted.size(); i++) {
      store.setCertificateEntry("authority-" + i, trusted.get(i));
    }
    return store;
  }

  private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}
