package tech.kyotu.groundwork.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import tech.kyotu.groundwork.api.OlderMark;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecretContent;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/**
 * The pull secrets. All of one name are watched, so the operator needs no right on other secrets;
 * what is cached is metadata alone, and the content is always read live.
 */
final class PullSecrets {

  private static final String RESOURCE = "secrets";
  private static final String TYPE = "kubernetes.io/dockerconfigjson";
  private static final String CONTENT = ".dockerconfigjson";

  /** Annotations that say which token is published. */
  private static final String NOTES = "kyotu.tech/token-";

  private final KubernetesClient client;
  private final Writes writes;
  private final Watched<Secret> watched;

  /**
   * Pull secrets behind this client; the watch is not yet started.
   *
   * @param moved told of the namespace and the secret's own mark when others changed one
   */
  PullSecrets(
      KubernetesClient client, OwnWrites own, BiConsumer<String, Optional<OwnerMark>> moved) {
    this.client = client;
    this.writes = new Writes(client, own);
    this.watched =
        new Watched<>(
            client.secrets().inAnyNamespace().withField("metadata.name", Cluster.PULL_SECRET),
            PullSecrets::pruned,
            own,
            (secret, move) ->
                moved.accept(
                    secret.getMetadata().getNamespace(), Marks.owner(secret.getMetadata())));
  }

  Watched<Secret> watched() {
    return watched;
  }

  /** Whether the cache knows one in this namespace. */
  boolean isKnown(String namespace) {
    return watched.get(namespace + "/" + Cluster.PULL_SECRET).isPresent();
  }

  Optional<PullSecret> live(String namespace) throws StepException {
    return new Call("get", RESOURCE, namespace)
        .look(() -> client.secrets().inNamespace(namespace).withName(Cluster.PULL_SECRET).require())
        .map(PullSecrets::view);
  }

  Optional<PullSecret> create(Project project, PullSecretContent content) throws StepException {
    String namespace = project.name().value();
    OwnerMark mark = OwnerMark.of(project);
    Secret wanted =
        named(namespace)
            .editMetadata()
            .withLabels(mark.labels(project.name()))
            .withAnnotations(annotations(mark, content))
            .endMetadata()
            .withType(TYPE)
            .addToData(CONTENT, encoded(content))
            .build();
    try {
      return Optional.of(view(writes.create(wanted, Secret.class)));
    } catch (KubernetesClientException e) {
      if (e.getCode() == 409) {
        return Optional.empty();
      }
      throw refusal(new Call("create", RESOURCE, namespace), e);
    }
  }

  Optional<PullSecret> write(Project project, PullSecret seen, PullSecretContent content)
      throws StepException {
    OwnerMark mark = OwnerMark.of(project);
    Map<String, String> wanted = annotations(mark, content);
    List<String> stale =
        seen.annotations().keySet().stream()
            .filter(Marks::isOurs)
            .filter(key -> !wanted.containsKey(key))
            .toList();
    ObjectNode patch = Marks.patchOf(seen.resourceVersion());
    Marks.put(patch, "labels", mark.labels(project.name()));
    Marks.put(patch, "annotations", wanted);
    Marks.remove(patch, "annotations", stale);
    patch.putObject("data").put(CONTENT, encoded(content));
    try {
      return Optional.of(view(writes.patch(named(seen.namespace()).build(), patch)));
    } catch (KubernetesClientException e) {
      if (e.getCode() == 409 || e.getCode() == 404) {
        return Optional.empty();
      }
      throw refusal(new Call("patch", RESOURCE, seen.namespace()), e);
    }
  }

  void delete(PullSecret seen) throws StepException {
    try {
      writes.delete(named(seen.namespace()).build(), seen.uid());
    } catch (KubernetesClientException e) {
      throw new Call("delete", RESOURCE, seen.namespace()).trouble(e);
    }
  }

  /**
   * What a refused write means. Anything that is no missing right and no outage concerns this very
   * secret, and passes once its cause does.
   */
  private static StepException refusal(Call call, KubernetesClientException e) {
    String answer = Call.answer(e);
    boolean webhookFailed = e.getCode() == 500 && answer.contains("webhook");
    boolean refused = e.getCode() >= 400 && e.getCode() < 500 && e.getCode() != 408;
    if (e.getCode() == 401 || e.getCode() == 429 || Call.lacksRight(e)) {
      return call.trouble(e);
    }
    if (!refused && !webhookFailed) {
      return call.trouble(e);
    }
    return new RetryableException(
        Reason.SECRET_UPDATE_FAILED,
        "The pull secret in %s was refused (%s). Remove what refuses it; it is tried again."
            .formatted(call.where(), cause(e, answer)));
  }

  /** The cause in our words: a webhook's answer may quote what it was shown. */
  private static String cause(KubernetesClientException e, String answer) {
    if (Call.isNamespaceTerminating(e)) {
      return "the namespace is being deleted";
    }
    if (e.getCode() == 404) {
      return "the namespace is gone";
    }
    if (answer.contains("exceeded quota")) {
      return "quota exceeded";
    }
    if (answer.contains("webhook")) {
      return "an admission webhook";
    }
    return answer.contains("AdmissionPolicy") ? "an admission policy" : "HTTP " + e.getCode();
  }

  private static Map<String, String> annotations(OwnerMark mark, PullSecretContent content) {
    Map<String, String> all = new HashMap<>(content.annotations());
    all.putAll(mark.annotations(Origin.CREATED));
    return all;
  }

  private static String encoded(PullSecretContent content) {
    return Base64.getEncoder().encodeToString(content.dockerConfigJson());
  }

  private static SecretBuilder named(String namespace) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(Cluster.PULL_SECRET)
        .endMetadata();
  }

  private static Secret pruned(Secret secret) {
    return new SecretBuilder().withMetadata(Marks.pruned(secret.getMetadata())).build();
  }

  private static PullSecret view(Secret secret) {
    String content = secret.getData() == null ? null : secret.getData().get(CONTENT);
    return new PullSecret(
        secret.getMetadata().getNamespace(),
        secret.getMetadata().getUid(),
        secret.getMetadata().getResourceVersion(),
        Marks.owner(secret.getMetadata()),
        Marks.annotations(secret.getMetadata()),
        content == null ? new byte[0] : Base64.getDecoder().decode(content),
        secret.getType(),
        isOurs(secret, "data", CONTENT),
        areNotesOurs(secret),
        OlderMark.isOn(Marks.labels(secret.getMetadata())));
  }

  /** The API server gives a field to whoever last changed its value (seen on 1.36). */
  private static boolean isOurs(Secret secret, String... path) {
    List<String> managers =
        secret.getMetadata().getManagedFields().stream()
            .filter(entry -> covers(entry, path))
            .map(ManagedFieldsEntry::getManager)
            .toList();
    return !managers.isEmpty() && managers.stream().allMatch(OwnerMark.GROUNDWORK::equals);
  }

  private static boolean areNotesOurs(Secret secret) {
    return secret.getMetadata().getAnnotations().keySet().stream()
        .filter(key -> key.startsWith(NOTES))
        .allMatch(key -> isOurs(secret, "metadata", "annotations", key));
  }

  private static boolean covers(ManagedFieldsEntry entry, String... path) {
    if (entry.getFieldsV1() == null) {
      return false;
    }
    Object at = entry.getFieldsV1().getAdditionalProperties();
    for (String step : path) {
      at = at instanceof Map<?, ?> fields ? fields.get("f:" + step) : null;
    }
    return at != null;
  }
}
