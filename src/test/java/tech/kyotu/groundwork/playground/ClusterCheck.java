package tech.kyotu.groundwork.playground;

import static tech.kyotu.groundwork.playground.Look.unless;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What is promised in the cluster, read from its API server. */
final class ClusterCheck {
  static final String PULL_SECRET = "gitlab-registry-image-pull-secret";

  private final KubernetesClient admin;

  ClusterCheck(KubernetesClient admin) {
    this.admin = admin;
  }

  void present(Sample sample, Verdicts verdicts) {
    String name = sample.name();
    String origin = sample.adopted() ? "Adopted" : "Created";
    verdicts.check(
        "namespace " + name + " is active and marked as this Project's, " + origin,
        () -> unless(isMarked(sample, origin), "it is " + seen(namespace(name))));
    verdicts.check(
        "ServiceAccount default of " + name + " holds the pull secret",
        () -> unless(pulls(name), "it holds " + pullSecrets(name)));
  }

  void absent(Sample sample, Verdicts verdicts) {
    if (sample.adopted()) {
      restored(sample, verdicts);
      return;
    }
    verdicts.check(
        "namespace " + sample.name() + " is gone",
        () -> unless(namespace(sample.name()).isEmpty(), "it is still there"));
  }

  private void restored(Sample sample, Verdicts verdicts) {
    String name = sample.name();
    verdicts.check(
        "namespace " + name + ", which existed before, stays, without our marks",
        () ->
            unless(
                namespace(name).filter(it -> isActive(it) && marks(it).isEmpty()).isPresent(),
                "it is " + seen(namespace(name))));
    verdicts.check(
        "namespace " + name + " keeps the label of its owner",
        () ->
            unless(
                namespace(name)
                    .filter(it -> "shop".equals(labels(it).get("example.com/team")))
                    .isPresent(),
                "it is " + seen(namespace(name))));
    verdicts.check(
        "pull secret of " + name + " is gone, and no ServiceAccount holds it",
        () ->
            unless(
                admin.secrets().inNamespace(name).withName(PULL_SECRET).get() == null
                    && !pulls(name),
                "it, or its name on the ServiceAccount default, is still there"));
  }

  private Optional<Namespace> namespace(String name) {
    return Optional.ofNullable(admin.namespaces().withName(name).get());
  }

  private boolean isMarked(Sample sample, String origin) {
    return namespace(sample.name())
        .filter(ClusterCheck::isActive)
        .filter(it -> sample.uid().equals(labels(it).get("kyotu.tech/owner-uid")))
        .filter(it -> "groundwork".equals(labels(it).get("app.kubernetes.io/managed-by")))
        .filter(it -> origin.equals(annotations(it).get("kyotu.tech/origin")))
        .isPresent();
  }

  private static boolean isActive(Namespace namespace) {
    return "Active".equals(namespace.getStatus().getPhase());
  }

  private static Set<String> marks(Namespace namespace) {
    Set<String> marks = new TreeSet<>(labels(namespace).keySet());
    marks.addAll(annotations(namespace).keySet());
    marks.removeIf(
        key -> !key.startsWith("kyotu.tech/") && !key.equals("app.kubernetes.io/managed-by"));
    return marks;
  }

  private static String seen(Optional<Namespace> namespace) {
    return namespace
        .map(it -> it.getStatus().getPhase() + " with " + labels(it) + " " + annotations(it))
        .orElse("absent");
  }

  private boolean pulls(String namespace) {
    return pullSecrets(namespace).contains(PULL_SECRET);
  }

  private List<String> pullSecrets(String namespace) {
    ServiceAccount account =
        admin.serviceAccounts().inNamespace(namespace).withName("default").get();
    return account == null
        ? List.of()
        : account.getImagePullSecrets().stream().map(it -> it.getName()).toList();
  }

  private static Map<String, String> labels(Namespace namespace) {
    return Objects.requireNonNullElse(namespace.getMetadata().getLabels(), Map.of());
  }

  private static Map<String, String> annotations(Namespace namespace) {
    return Objects.requireNonNullElse(namespace.getMetadata().getAnnotations(), Map.of());
  }
}
