package tech.kyotu.groundwork.playground;

import static tech.kyotu.groundwork.playground.Look.unless;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.testing.FollowerObjects;

/** What Argo CD deployed of what the developers pushed, and that it keeps none of its objects. */
final class ArgoCheck implements FollowerCheck {
  private static final List<String> KINDS = List.of("Application", "ApplicationSet", "AppProject");

  private final KubernetesClient admin;
  private final FollowerObjects objects;

  ArgoCheck(KubernetesClient admin) {
    this.admin = admin;
    this.objects = new FollowerObjects(admin);
  }

  @Override
  public Optional<String> seen(Sample sample) {
    return isDeployed(sample)
        ? Optional.of("Argo CD: Application " + told(sample))
        : Optional.empty();
  }

  @Override
  public void present(Sample sample, Verdicts verdicts) {
    verdicts.check(
        "Argo CD: Application " + application(sample) + " is synced, healthy, without complaint",
        () ->
            unless(
                isDeployed(sample)
                    && objects
                        .argo("Application", application(sample), "status", "conditions")
                        .isEmpty(),
                "it is " + objects.argo("Application", application(sample), "status")));
    verdicts.check(
        "Argo CD: ConfigMap web, as the developers pushed it, is in " + sample.name(),
        () ->
            unless(
                deployed(sample)
                    .filter(it -> "hello".equals(it.getData().get("greeting")))
                    .isPresent(),
                "it is " + deployed(sample).map(Object::toString).orElse("absent")));
  }

  @Override
  public void absent(Sample sample, Verdicts verdicts) {
    for (String kind : KINDS) {
      verdicts.check(
          "Argo CD: no " + kind + " of " + sample.name() + " is left",
          () -> {
            List<String> left =
                objects.argoNames(kind).stream().filter(it -> isOf(sample, it)).toList();
            return unless(left.isEmpty(), "there are " + left);
          });
    }
    verdicts.check(
        "Argo CD: ConfigMap web in " + sample.name() + " is pruned",
        () -> unless(deployed(sample).isEmpty(), "it is still there"));
  }

  private boolean isDeployed(Sample sample) {
    return state(sample, "sync").equals("Synced") && state(sample, "health").equals("Healthy");
  }

  private String state(Sample sample, String of) {
    return objects.argo("Application", application(sample), "status", of, "status");
  }

  private String told(Sample sample) {
    String commit = objects.argo("Application", application(sample), "status", "sync", "revision");
    return "%s is %s at commit %s, %s"
        .formatted(
            application(sample),
            state(sample, "sync"),
            commit.substring(0, Math.min(7, commit.length())),
            state(sample, "health"));
  }

  private Optional<ConfigMap> deployed(Sample sample) {
    return Optional.ofNullable(
        admin.configMaps().inNamespace(sample.name()).withName(Developers.APPLICATION).get());
  }

  private static String application(Sample sample) {
    return sample.name() + "-" + Developers.APPLICATION;
  }

  private static boolean isOf(Sample sample, String object) {
    return object.equals(sample.name()) || object.startsWith(sample.name() + "-");
  }
}
