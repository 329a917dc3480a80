package tech.kyotu.groundwork.playground;

import static tech.kyotu.groundwork.playground.Look.unless;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.testing.FollowerObjects;
import tech.kyotu.groundwork.testing.HostedRepository;

/** What Flux applied, and that it pruned it. */
final class FluxCheck implements FollowerCheck {
  private static final String KUSTOMIZATION = "projects";

  private final KubernetesClient admin;
  private final FollowerObjects objects;
  private final HostedRepository flux;

  FluxCheck(KubernetesClient admin, HostedRepository flux) {
    this.admin = admin;
    this.objects = new FollowerObjects(admin);
    this.flux = flux;
  }

  @Override
  public Optional<String> seen(Sample sample) {
    return binding(sample).map(it -> "Flux: " + told(it));
  }

  @Override
  public void present(Sample sample, Verdicts verdicts) {
    String name = sample.name();
    verdicts.check(
        "Flux: a RoleBinding in "
            + name
            + " gives "
            + sample.googleGroup()
            + " the right "
            + sample.clusterRole(),
        () ->
            unless(
                binding(sample).filter(it -> isRight(it, sample)).isPresent(),
                "it is " + binding(sample).map(FluxCheck::told).orElse("absent")));
    verdicts.check(
        "Flux: ServiceAccount vault-reader in " + name + " gives no pod the cluster's token",
        () ->
            unless(
                account(sample)
                    .filter(it -> Boolean.FALSE.equals(it.getAutomountServiceAccountToken()))
                    .isPresent(),
                "it is " + account(sample).map(Object::toString).orElse("absent")));
  }

  @Override
  public void absent(Sample sample, Verdicts verdicts) {
    String name = sample.name();
    verdicts.check(
        "Flux: RoleBinding and ServiceAccount of " + name + " are pruned",
        () -> unless(binding(sample).isEmpty() && account(sample).isEmpty(), "one is still there"));
    verdicts.check(
        "Flux: the newest commit is applied, and " + name + " is in no inventory",
        () -> {
          String applied = objects.applied(KUSTOMIZATION);
          String inventory = objects.kustomization(KUSTOMIZATION, "status", "inventory");
          return unless(
              applied.equals(flux.tip()) && !inventory.contains(name + "_"),
              "applied is " + applied + " with " + inventory);
        });
  }

  /** Only what Flux itself made counts. */
  private Optional<RoleBinding> binding(Sample sample) {
    return byFlux(
        admin
            .rbac()
            .roleBindings()
            .inNamespace(sample.name())
            .withName("groundwork-developers")
            .get());
  }

  private Optional<ServiceAccount> account(Sample sample) {
    return byFlux(
        admin.serviceAccounts().inNamespace(sample.name()).withName("vault-reader").get());
  }

  private static <T extends HasMetadata> Optional<T> byFlux(@Nullable T object) {
    return Optional.ofNullable(object)
        .filter(it -> it.getMetadata().getLabels() != null)
        .filter(
            it ->
                KUSTOMIZATION.equals(
                    it.getMetadata().getLabels().get("kustomize.toolkit.fluxcd.io/name")));
  }

  private static boolean isRight(RoleBinding binding, Sample sample) {
    return binding.getRoleRef().getName().equals(sample.clusterRole())
        && binding.getRoleRef().getKind().equals("ClusterRole")
        && binding.getSubjects().size() == 1
        && binding.getSubjects().get(0).getKind().equals("Group")
        && binding.getSubjects().get(0).getName().equals(sample.googleGroup());
  }

  private static String told(RoleBinding it) {
    return "RoleBinding %s in %s gives %s the right %s"
        .formatted(
            it.getMetadata().getName(),
            it.getMetadata().getNamespace(),
            it.getSubjects().isEmpty() ? "nobody" : it.getSubjects().get(0).getName(),
            it.getRoleRef().getName());
  }
}
