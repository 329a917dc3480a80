package tech.kyotu.groundwork.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.kubernetes.Cluster.AppProjectView;
import tech.kyotu.groundwork.kubernetes.Cluster.ArgoApplication;
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
  static final ResourceDefinitionContext APPLICATION_SETS =
      kind("argoproj.io", "v1alpha1", "ApplicationSet", "applicationsets");
  static final ResourceDefinitionContext APP_PROJECTS =
      kind("argoproj.io", "v1alpha1", "AppProject", "appprojects");
  static final ResourceDefinitionContext KUSTOMIZATIONS =
      kind("kustomize.toolkit.fluxcd.io", "v1", "Kustomization", "kustomizations");

  private static final PatchContext MERGE =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON_MERGE)
          .withFieldManager(OwnerMark.GROUNDWORK)
          .build();

  /** What each of Argo CD's finalizers that delete deployed things starts with. */
  private static final String RESOURCES_FINALIZER = "resources-finalizer.argocd.argoproj.io";

  private static final String TOUCHED_AT = "kyotu.tech/touched-at";
  static final String FLUX_NAMESPACE = "flux-system";

  private final KubernetesClient client;
  private final ServedKinds served;
  private final String argoNamespace;

  Followers(KubernetesClient client, String argoNamespace) {
    this.client = client;
    this.served = new ServedKinds(client);
    this.argoNamespace = argoNamespace;
  }

  List<ArgoApplication> argoApplicationsOf(ProjectName name) throws StepException {
    return argoObjects(APPLICATIONS, name, "spec", "project")
        .map(
            found ->
                new ArgoApplication(
                    found.getMetadata().getName(), cascades(found), isGenerated(found)))
        .toList();
  }

  List<String> argoApplicationSetsOf(ProjectName name) throws StepException {
    return argoObjects(APPLICATION_SETS, name, "spec", "template", "spec", "project")
        .map(set -> set.getMetadata().getName())
        .toList();
  }

  Optional<AppProjectView> appProject(ProjectName name) throws StepException {
    return list(APP_PROJECTS, argoNamespace, Optional.of(name.value())).stream()
        .map(
            found ->
                new AppProjectView(
                    found.getMetadata().getName(),
                    found.getMetadata().getResourceVersion(),
                    quietSince(found.getMetadata()),
                    groups(found)))
        .findFirst();
  }

  private static Set<String> groups(GenericKubernetesResource appProject) {
    Set<String> groups = new HashSet<>();
    if (appProject.getAdditionalProperties().get("spec") instanceof Map<?, ?> spec
        && spec.get("roles") instanceof List<?> roles) {
      for (Object role : roles) {
        if (role instanceof Map<?, ?> fields && fields.get("groups") instanceof List<?> members) {
          members.forEach(member -> groups.add(String.valueOf(member)));
        }
      }
    }
    return groups;
  }

  void touchAppProject(AppProjectView seen, Instant now) throws StepException {
    GenericKubernetesResource named = new GenericKubernetesResource();
    named.setMetadata(
        new ObjectMetaBuilder().withName(seen.name()).withNamespace(argoNamespace).build());
    ObjectNode touch = Marks.patchOf(seen.resourceVersion());
    Marks.put(touch, "annotations", Map.of(TOUCHED_AT, now.toString()));
    try {
      client
          .genericKubernetesResources(APP_PROJECTS)
          .inNamespace(argoNamespace)
          .resource(named)
          .patch(MERGE, touch.toString());
    } catch (KubernetesClientException e) {
      if (e.getCode() != 404 && e.getCode() != 409) {
        throw new Call("patch", "appprojects.argoproj.io", argoNamespace).trouble(e);
      }
    }
  }

  Optional<String> fluxAppliedRevision(String kustomization) throws StepException {
    return list(KUSTOMIZATIONS, FLUX_NAMESPACE, Optional.of(kustomization)).stream()
        .map(found -> Fields.text(found, "status", "lastAppliedRevision"))
        .filter(revision -> !revision.isEmpty())
        .findFirst();
  }

  private Stream<GenericKubernetesResource> argoObjects(
      ResourceDefinitionContext kind, ProjectName name, String... pathOfProject)
      throws StepException {
    return list(kind, argoNamespace, Optional.empty()).stream()
        .filter(found -> name.value().equals(Fields.text(found, pathOfProject)))
        .sorted(Comparator.comparing(found -> found.getMetadata().getName()));
  }

  private static boolean cascades(GenericKubernetesResource application) {
    return application.getMetadata().getFinalizers().stream()
        .anyMatch(finalizer -> finalizer.startsWith(RESOURCES_FINALIZER));
  }

  private static boolean isGenerated(GenericKubernetesResource application) {
    return application.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> APPLICATION_SETS.getKind().equals(owner.getKind()));
  }

  private static Optional<Instant> quietSince(ObjectMeta meta) {
    return Optional.ofNullable(meta.getDeletionTimestamp())
        .map(deletedAt -> touchedAt(meta).orElseGet(() -> Instant.parse(deletedAt)));
  }

  private static Optional<Instant> touchedAt(ObjectMeta meta) {
    try {
      return Optional.ofNullable(Marks.annotations(meta).get(TOUCHED_AT)).map(Instant::parse);
    } catch (DateTimeParseException e) {
      // Somebody else wrote there; the next touch puts a time in its place.
      return Optional.empty();
    }
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
      // A proxy may answer so as well.
      if (e.getCode() == 404
          && !served.serves(kind.getGroup() + "/" + kind.getVersion(), kind.getKind())) {
        throw new RejectedException(
                Reason.PREREQUISITE_MISSING,
                "This cluster serves no %s. Install it, or switch following off in the settings."
                    .formatted(resource))
            .elsewhere();
      }
      throw new Call("list", resource, namespace).trouble(e);
    }
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
