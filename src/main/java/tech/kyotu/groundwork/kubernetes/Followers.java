package tech.kyotu.groundwork.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/**
 * What Argo CD and Flux hold of a Project, read live. Always by lists: an absent object and an
 * absent API both answer 404 to a get, and only the first is absence.
 */
final class Followers {

  private static final ResourceDefinitionContext APPLICATIONS =
      kind("argoproj.io", "v1alpha1", "Application", "applications");
  private static final ResourceDefinitionContext APPLICATION_SETS =
      kind("argoproj.io", "v1alpha1", "ApplicationSet", "applicationsets");
  private static final ResourceDefinitionContext APP_PROJECTS =
      kind("argoproj.io", "v1alpha1", "AppProject", "appprojects");
  private static final ResourceDefinitionContext KUSTOMIZATIONS =
      kind("kustomize.toolkit.fluxcd.io", "v1", "Kustomization", "kustomizations");

  private static final String FLUX_NAMESPACE = "flux-system";
  private static final String FLUX_PROJECTS = "projects";

  private final KubernetesClient client;
  private final String argoNamespace;

  Followers(KubernetesClient client, String argoNamespace) {
    this.client = client;
    this.argoNamespace = argoNamespace;
  }

  List<String> argoObjectsOf(ProjectName name, boolean setsToo) throws StepException {
    String project = name.value();
    List<String> found =
        new ArrayList<>(
            names(
                APPLICATIONS, application -> project.equals(text(application, "spec", "project"))));
    if (setsToo) {
      found.addAll(
          names(
              APPLICATION_SETS,
              set -> project.equals(text(set, "spec", "template", "spec", "project"))));
    }
    return found;
  }

  boolean hasAppProject(ProjectName name) throws StepException {
    return !list(APP_PROJECTS, argoNamespace, Optional.of(name.value())).isEmpty();
  }

  Optional<String> fluxAppliedRevision() throws StepException {
    return list(KUSTOMIZATIONS, FLUX_NAMESPACE, Optional.of(FLUX_PROJECTS)).stream()
        .map(kustomization -> text(kustomization, "status", "lastAppliedRevision"))
        .filter(revision -> !revision.isEmpty())
        .findFirst();
  }

  private List<String> names(
      ResourceDefinitionContext kind, Predicate<GenericKubernetesResource> wanted)
      throws StepException {
    return list(kind, argoNamespace, Optional.empty()).stream()
        .filter(wanted)
        .map(object -> object.getMetadata().getName())
        .sorted()
        .toList();
  }

  private List<GenericKubernetesResource> list(
      ResourceDefinitionContext kind, String namespace, Optional<String> name)
      throws StepException {
    String resource = kind.getPlural() + "." + kind.getGroup();
    var all = client.genericKubernetesResources(kind).inNamespace(namespace);
    try {
      return name.isPresent()
          ? all.withField("metadata.name", name.get()).list().getItems()
          : all.list().getItems();
    } catch (KubernetesClientException e) {
      if (e.getCode() == 404) {
        throw new RejectedException(
            Reason.PREREQUISITE_MISSING,
            "This cluster serves no %s. Install it, or switch following off in the settings."
                .formatted(resource));
      }
      throw new Call("list", resource, namespace).trouble(e);
    }
  }

  private static String text(GenericKubernetesResource object, String... path) {
    Object value = object.getAdditionalProperties();
    for (String key : path) {
      value = value instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return Objects.toString(value, "");
  }

  private static ResourceDefinitionContext kind(
      String group, String version, String kind, String plural) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion(version)
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(true)
        .build();
  }
}
