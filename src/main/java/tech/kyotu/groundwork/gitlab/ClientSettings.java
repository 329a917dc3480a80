package tech.kyotu.groundwork.gitlab;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.glassfish.jersey.apache.connector.ApacheClientProperties;
import org.glassfish.jersey.client.ClientProperties;
import tech.kyotu.groundwork.config.GroundworkConfig;

/** How gitlab4j's HTTP client, Jersey, is to behave: time-outs, no redirects, trust, proxy. */
final class ClientSettings {

  /** How long an answer may keep silent. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int CONNECTIONS = 16;

  private ClientSettings() {}

  /** Properties of Jersey 3.1. With a proxy gitlab4j changes to Apache's client by itself. */
  static Map<String, Object> of(
      GroundworkConfig.Connection settings, Optional<SSLContext> trust, Duration patience) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ClientProperties.CONNECT_TIMEOUT, CONNECT_TIMEOUT_MS);
    properties.put(ClientProperties.READ_TIMEOUT, (int) patience.toMillis());
    properties.put(ClientProperties.FOLLOW_REDIRECTS, false);
    if (trust.isPresent()) {
      Supplier<SSLContext> supplier = trust::get;
      properties.put(ClientProperties.SSL_CONTEXT_SUPPLIER, supplier);
    }
    if (settings.proxy().isPresent()) {
      properties.put(ClientProperties.PROXY_URI, settings.proxy().get().toString());
      properties.put(ApacheClientProperties.CONNECTION_MANAGER, connections(trust));
    }
    return properties;
  }

  /** Apache's client takes its trust from here and not from Jersey's. */
  private static PoolingHttpClientConnectionManager connections(Optional<SSLContext> trust) {
    SSLConnectionSocketFactory tls =
        trust
            .map(SSLConnectionSocketFactory::new)
            .orElseGet(SSLConnectionSocketFactory::getSocketFactory);
    PoolingHttpClientConnectionManager pool =
        new PoolingHttpClientConnectionManager(
            RegistryBuilder.<ConnectionSocketFactory>create()
                .register("http", PlainConnectionSocketFactory.getSocketFactory())
                .register("https", tls)
                .build());
    pool.setMaxTotal(CONNECTIONS);
    pool.setDefaultMaxPerRoute(CONNECTIONS);
    return pool;
  }
}
