package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.Base64;
import tech.kyotu.groundwork.gitlab.simulator.GitLabSimulator;

/**
 * A login to the registry, as a kubelet takes it from a pull secret. It does not show its password.
 *
 * @param user name of the login
 * @param password the token
 */
record PullLogin(String user, String password) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The one that a namespace holds now.
   *
   * @throws IOException if there is none
   */
  static PullLogin in(String namespace, KubernetesClient admin, GitLabSimulator gitlab)
      throws IOException {
    Secret secret = admin.secrets().inNamespace(namespace).withName(ClusterCheck.PULL_SECRET).get();
    if (secret == null) {
      throw new IOException("there is no pull secret in " + namespace);
    }
    String file =
        new String(Base64.getDecoder().decode(secret.getData().get(".dockerconfigjson")), UTF_8);
    JsonNode host = JSON.readTree(file).path("auths").path(gitlab.registryHost());
    String[] basic =
        new String(Base64.getDecoder().decode(host.path("auth").asText()), UTF_8).split(":", 2);
    if (basic.length != 2) {
      throw new IOException("the pull secret has no login for " + gitlab.registryHost());
    }
    return new PullLogin(basic[0], basic[1]);
  }

  /** Whether the registry would let it pull an image now. */
  boolean pulls(GitLabSimulator gitlab, String image) {
    return gitlab.pulls(user, password, image);
  }

  @Override
  public String toString() {
    return "Login[user=" + user + "]";
  }
}
