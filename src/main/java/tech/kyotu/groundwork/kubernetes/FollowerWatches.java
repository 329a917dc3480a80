package tech.kyotu.groundwork.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.ProjectName;

/**
 * Three watches: Flux's Kustomizations in its own namespace, and those AppProjects and
 * ApplicationSets that bear our label. Of each object only what is asked for here is kept.
 *
 * <p>A cluster without these kinds, or an operator without the right to watch them, is no reason
 * not to work: then nothing is seen, and the watches go on trying.
 */
public final class FollowerWatches implements FollowerViews, AutoCloseable {

  private static final Logger LOG = Logger.getLogger(FollowerWatches.class);
  private static final long FIRST_LISTS_SECONDS = 5;
  private static final String PROJECT_UID = "kyotu.tech/project-uid";
  private static final String APPLIED = "lastAppliedRevision";
  private static final String ATTEMPTED = "lastAttemptedRevision";

  private final String argoNamespace;
  private final Watched<GenericKubernetesResource> kustomizations;
  private final Watched<GenericKubernetesResource> appProjects;
  private final Watched<GenericKubernetesResource> applicationSets;
  private final Set<Watched<?>> silent = ConcurrentHashMap.newKeySet();
  private final Set<Watched<?>> blind = ConcurrentHashMap.newKeySet();

  /**
   * Watches that are not yet started.
   *
   * @param fluxMoved told the name of a Kustomization that changed; must return at once
   * @param argoMoved told the name of an AppProject or ApplicationSet that changed; must return at
   *     once
   */
  public FollowerWatches(
      KubernetesClient client,
      String argoNamespace,
      Consumer<String> fluxMoved,
      Consumer<String> argoMoved) {
    this.argoNamespace = argoNamespace;
    OwnWrites none = new OwnWrites();
    kustomizations =
        new Watched<>(
            client
                .genericKubernetesResources(Followers.KUSTOMIZATIONS)
                .inNamespace(Followers.FLUX_NAMESPACE),
            FollowerWatches::keepProgress,
            none,
            (found, move) -> fluxMoved.accept(found.getMetadata().getName()));
    appProjects =
        ours(client, Followers.APP_PROJECTS, none, FollowerWatches::keepRights, argoMoved);
    applicationSets =
        ours(client, Followers.APPLICATION_SETS, none, FollowerWatches::keepHealth, argoMoved);
  }

  private Watched<GenericKubernetesResource> ours(
      KubernetesClient client,
      ResourceDefinitionContext kind,
      OwnWrites none,
      UnaryOperator<GenericKubernetesResource> pruned,
      Consumer<String> moved) {
    return new Watched<>(
        client
            .genericKubernetesResources(kind)
            .inNamespace(argoNamespace)
            .withLabel(OwnerMark.MANAGED_BY, OwnerMark.GROUNDWORK),
        pruned,
        none,
        (found, move) -> moved.accept(found.getMetadata().getName()));
  }

  /** Starts the watches and waits a few seconds for their first lists, but not for ever. */
  public void start() {
    CompletableFuture<?>[] first =
        watches()
            .map(watch -> watch.start().toCompletableFuture())
            .toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(first).get(FIRST_LISTS_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warnf(
          "cannot yet watch what Flux and Argo CD apply; the condition Applied is Unknown until"
              + " then (%s)",
          e.toString());
    }
  }

  /**
   * Takes note of watches that are not connected. One that is so twice has lost sight: what its
   * cache holds is no longer the truth. To be called now and then.
   *
   * @return whether anything came into sight or was lost since the last call
   */
  public boolean noticeSilence() {
    Set<Watched<?>> before = Set.copyOf(blind);
    watches()
        .forEach(
            watch -> {
              if (watch.isWatching()) {
                silent.remove(watch);
                blind.remove(watch);
              } else if (!silent.add(watch)) {
                blind.add(watch);
              }
            });
    return !before.equals(blind);
  }

  private boolean isInSight(Watched<?> watch) {
    return watch.hasSynced() && !blind.contains(watch);
  }

  @Override
  public void close() {
    watches().forEach(Watched::stop);
  }

  private Stream<Watched<GenericKubernetesResource>> watches() {
    return Stream.of(kustomizations, appProjects, applicationSets);
  }

  @Override
  public Optional<KustomizationView> kustomization(String name) {
    return Optional.of(kustomizations)
        .filter(this::isInSight)
        .flatMap(watch -> watch.get(Followers.FLUX_NAMESPACE + "/" + name))
        .map(
            found ->
                new KustomizationView(
                    progress(found),
                    Fields.text(found, "status", APPLIED),
                    Fields.text(found, "status", ATTEMPTED),
                    Fields.condition(found, "Ready")
                        .map(it -> Fields.text(it, "message"))
                        .orElse("")));
  }

  private static Progress progress(GenericKubernetesResource kustomization) {
    String status =
        Fields.condition(kustomization, "Ready").map(it -> Fields.text(it, "status")).orElse("");
    return switch (status) {
      case "True" -> Progress.READY;
      case "False" -> Progress.FAILED;
      default -> Progress.WORKING;
    };
  }

  @Override
  public boolean seesArgoCd() {
    return isInSight(appProjects) && isInSight(applicationSets);
  }

  @Override
  public Optional<AppProjectRights> appProjectRights(ProjectName name) {
    return appProjects
        .get(argoNamespace + "/" + name)
        .map(found -> new AppProjectRights(projectUid(found), found.getAdditionalProperties()));
  }

  @Override
  public Optional<ApplicationSetHealth> applicationSet(String name) {
    return applicationSets
        .get(argoNamespace + "/" + name)
        .map(
            found ->
                new ApplicationSetHealth(
                    projectUid(found),
                    Fields.condition(found, "ErrorOccurred")
                        .filter(error -> "True".equals(Fields.text(error, "status")))
                        .map(error -> Fields.text(error, "message"))));
  }

  private static String projectUid(GenericKubernetesResource found) {
    return Marks.annotations(found.getMetadata()).getOrDefault(PROJECT_UID, "");
  }

  // What is kept of each.

  private static GenericKubernetesResource keepProgress(GenericKubernetesResource found) {
    Map<String, Object> status = new HashMap<>();
    for (String field : List.of(APPLIED, ATTEMPTED)) {
      status.put(field, Fields.text(found, "status", field));
    }
    status.put("conditions", Fields.condition(found, "Ready").stream().toList());
    return kept(found, Map.of("status", status));
  }

  private static GenericKubernetesResource keepRights(GenericKubernetesResource found) {
    return kept(found, AppProjectRights.of(found.getAdditionalProperties().get("spec")));
  }

  private static GenericKubernetesResource keepHealth(GenericKubernetesResource found) {
    List<Object> error = List.copyOf(Fields.condition(found, "ErrorOccurred").stream().toList());
    return kept(found, Map.of("status", Map.of("conditions", error)));
  }

  private static GenericKubernetesResource kept(
      GenericKubernetesResource found, Map<String, Object> fields) {
    ObjectMeta meta = found.getMetadata();
    GenericKubernetesResource kept = new GenericKubernetesResource();
    kept.setKind(found.getKind());
    kept.setMetadata(
        new ObjectMetaBuilder()
            .withName(meta.getName())
            .withNamespace(meta.getNamespace())
            .withResourceVersion(meta.getResourceVersion())
            .addToAnnotations(PROJECT_UID, projectUid(found))
            .build());
    kept.setAdditionalProperties(fields);
    return kept;
  }
}
