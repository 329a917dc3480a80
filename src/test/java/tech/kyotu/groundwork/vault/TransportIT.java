package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.Settings;
import tech.kyotu.groundwork.testing.SharedServers;

/** Whom the client trusts; the API server serves as any server with a certificate of its own. */
@ExtendWith(SharedServers.class)
class TransportIT {
  private final ControlPlane server;

  TransportIT(ControlPlane server) {
    this.server = server;
  }

  private int statusBy(Map<String, String> settings) throws Exception {
    HttpClient client = Transport.to(Settings.of(settings).vault());
    HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/livez")).build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }

  @Test
  void trustsTheAuthorityOfItsFile(@TempDir Path files) throws Exception {
    Path authority = Files.writeString(files.resolve("ca.pem"), server.caCertificate());

    assertThat(statusBy(Map.of("vault.ca-file", authority.toString()))).isBetween(200, 499);
  }

  @Test
  void trustsNobodyWhomNeitherItsFileNorTheSystemNames() {
    assertThatThrownBy(() -> statusBy(Map.of())).isInstanceOf(SSLHandshakeException.class);
  }
}
