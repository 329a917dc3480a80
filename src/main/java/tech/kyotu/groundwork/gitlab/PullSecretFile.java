package tech.kyotu.groundwork.gitlab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;

/** The pull secret's name and its content: Docker's configuration file with one login. */
final class PullSecretFile {

  /** The type of Secret that kubelets read it from. */
  static final String TYPE = "kubernetes.io/dockerconfigjson";

  /** The name of the Secret in every namespace. */
  static final String NAME = "gitlab-registry-image-pull-secret";

  private static final ObjectMapper JSON = new ObjectMapper();

  private PullSecretFile() {}

  /** The Secret of a Project, as messages and plans name it. */
  static String secretName(Project project) {
    return "Secret " + project.name() + "/" + NAME;
  }

  /** Whether a Secret is of the type that kubelets read; no write can change it. */
  static boolean isUsable(PullSecret secret) {
    return secret.type().equals(TYPE);
  }

  /** The user name that goes with the token; GitLab takes any. */
  static String user(ProjectName name) {
    return name.value() + "-image-puller";
  }

  /** A file without a login: valid for the API server, and of no use to anybody. */
  static byte[] withoutLogin() {
    return "{\"auths\":{}}".getBytes(StandardCharsets.UTF_8);
  }

  /** A file with one login. */
  static byte[] withLogin(String registryHost, String user, SecretValue value) {
    ObjectNode file = JSON.createObjectNode();
    file.putObject("auths")
        .putObject(registryHost)
        .put("username", user)
        .put("password", value.reveal())
        .put("auth", Base64.getEncoder().encodeToString(value.asLogin(user)));
    try {
      return JSON.writeValueAsBytes(file);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree that cannot be written");
    }
  }

  /** Whether the file can be read and holds a login for this registry. */
  static boolean holdsLogin(byte[] file, String registryHost) {
    JsonNode login = tree(file).path("auths").path(registryHost);
    return !login.path("password").asText("").isEmpty()
        && !login.path("username").asText("").isEmpty();
  }

  /** The password of the login for this registry; empty if there is none. */
  static Optional<SecretValue> password(byte[] file, String registryHost) {
    return holdsLogin(file, registryHost)
        ? Optional.of(
            SecretValue.of(tree(file).path("auths").path(registryHost).path("password").asText("")))
        : Optional.empty();
  }

  /** The file itself if the API server would take it, else one without a login. */
  static byte[] orWithoutLogin(byte[] file) {
    return tree(file).isObject() ? file : withoutLogin();
  }

  private static JsonNode tree(byte[] file) {
    try {
      return JSON.readTree(file);
    } catch (IOException noJson) {
      return JSON.missingNode();
    }
  }
}
