package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/** How a client reaches the API server as somebody. */
final class Kubeconfig {
  private Kubeconfig() {}

  static String text(String url, String caCertificate, String namespace, String token) {
    return """
    apiVersion: v1
    kind: Config
    current-context: groundwork
    clusters:
    - name: groundwork
      cluster:
        server: %s
        certificate-authority-data: %s
    users:
    - name: groundwork
      user:
        token: %s
    contexts:
    - name: groundwork
      context:
        cluster: groundwork
        user: groundwork
        namespace: %s
    """
        .formatted(
            url,
            Base64.getEncoder().encodeToString(caCertificate.getBytes(UTF_8)),
            token,
            namespace);
  }
}
