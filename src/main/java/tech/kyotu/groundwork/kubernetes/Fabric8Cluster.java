package tech.kyotu.groundwork.kubernetes;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.api.ProjectSpec;
import tech.kyotu.groundwork.api.SpecRules;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.kubernetes.ClusterListener.Thing;
import tech.kyotu.groundwork.step.StepException;

/**
 * The cluster through fabric8. Three pruned watches (marked namespaces, pull secrets, the chosen
 * ServiceAccounts) tell what others do; {@link #start()} comes before the first use.
 */
public final class Fabric8Cluster implements Cluster, AutoCloseable {

  private static final String CLUSTER_ANCHOR = "kube-system";
  private static final int CLUSTER_ID_LENGTH = 8;
  private static final long SYNC_SECONDS = 60;

  private final KubernetesClient client;
  private final Supplier<List<Project>> projects;
  private final ClusterListener listener;
  private final Namespaces namespaces;
  private final PullSecrets pullSecrets;
  private final ServiceAccounts serviceAccounts;
  private final Followers followers;
  private final ServedKinds served;
  private volatile @Nullable String clusterId;

  /**
   * The cluster behind a client; nothing is watched before {@link #start()}.
   *
   * @param client with {@code requestRetryBackoffLimit} 0 or 1: its own ten retries would hide
   *     trouble for 20 s and hold the caller's thread; closed by its owner
   * @param config which ServiceAccounts are attached, and where Argo CD lives
   * @param projects all Projects that the framework's cache knows
   * @param listener told what others moved
   */
  public Fabric8Cluster(
      KubernetesClient client,
      GroundworkConfig config,
      Supplier<List<Project>> projects,
      ClusterListener listener) {
    OwnWrites own = new OwnWrites();
    this.client = client;
    this.projects = projects;
    this.listener = listener;
    this.namespaces = new Namespaces(client, own, this::namespaceMoved);
    this.pullSecrets = new PullSecrets(client, own, this::pullSecretMoved);
    this.serviceAccounts =
        new ServiceAccounts(client, own, config.registry().attach(), this::accountLacks);
    this.followers = new Followers(client, config.argo().namespace());
    this.served = new ServedKinds(client);
  }

  /**
   * Starts the watches and returns once their first lists are in.
   *
   * @throws IllegalStateException if that takes longer than a minute or is refused
   */
  public void start() {
    CompletableFuture<?>[] synced =
        watches()
            .map(watch -> watch.start().toCompletableFuture())
            .toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(synced).get(SYNC_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before the watches were in", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the watches on the cluster did not come in", e);
    }
  }

  /** Whether all watches are connected. Silence on a half-open connection looks the same. */
  public boolean isWatching() {
    return watches().allMatch(Watched::isWatching);
  }

  /** Stops the watches. */
  @Override
  public void close() {
    watches().forEach(Watched::stop);
  }

  @Override
  public Optional<NamespaceView> knownNamespace(String name) {
    return namespaces.known(name);
  }

  @Override
  public Optional<NamespaceView> namespace(String name) throws StepException {
    return namespaces.live(name);
  }

  @Override
  public Optional<NamespaceView> createNamespace(Project project) throws StepException {
    return namespaces.create(project);
  }

  @Override
  public NamespaceView markNamespace(Project project, NamespaceView seen, Origin origin)
      throws StepException {
    return namespaces.mark(project, seen, origin);
  }

  @Override
  public void unmarkNamespace(NamespaceView seen) throws StepException {
    namespaces.unmark(seen);
  }

  @Override
  public void deleteNamespace(NamespaceView seen) throws StepException {
    namespaces.delete(seen);
  }

  @Override
  public String whatBlocks(String namespace) throws StepException {
    return namespaces.whatBlocks(namespace);
  }

  @Override
  public Optional<PullSecret> pullSecret(String namespace) throws StepException {
    return pullSecrets.live(namespace);
  }

  @Override
  public Optional<PullSecret> createPullSecret(Project project, PullSecretContent content)
      throws StepException {
    return pullSecrets.create(project, content);
  }

  @Override
  public Optional<PullSecret> writePullSecret(
      Project project, PullSecret seen, PullSecretContent content) throws StepException {
    return pullSecrets.write(project, seen, content);
  }

  @Override
  public void deletePullSecret(PullSecret seen) throws StepException {
    pullSecrets.delete(seen);
  }

  @Override
  public boolean isPullSecretAttached(String namespace) {
    return serviceAccounts.isAttached(namespace);
  }

  @Override
  public boolean attachPullSecret(String namespace) throws StepException {
    return serviceAccounts.attach(namespace);
  }

  @Override
  public void detachPullSecret(String namespace) throws StepException {
    serviceAccounts.detach(namespace);
  }

  @Override
  public List<Project> projects() {
    return projects.get();
  }

  @Override
  public boolean isLiving(OwnerMark mark) throws StepException {
    if (projects().stream().anyMatch(project -> mark.uid().equals(project.uid()))) {
      return true;
    }
    // By UID alone: the owner's annotation may be old or forged, and a wrong "gone" takes a name
    // away from the living.
    return new Call("list", "projects.kyotu.tech", "")
        .make(() -> client.resources(Project.class).inAnyNamespace().list().getItems()).stream()
            .anyMatch(project -> mark.uid().equals(project.uid()));
  }

  @Override
  public boolean isWanted(Project project) throws StepException {
    return new Call("get", "projects.kyotu.tech", project.ref().namespace())
        .look(
            client
                    .resources(Project.class)
                    .inNamespace(project.ref().namespace())
                    .withName(project.ref().name())
                ::require)
        .filter(now -> now.uid().equals(project.uid()) && !now.isBeingDeleted())
        .isPresent();
  }

  @Override
  public List<ArgoApplication> argoApplicationsOf(ProjectName name) throws StepException {
    return followers.argoApplicationsOf(name);
  }

  @Override
  public List<String> argoApplicationSetsOf(ProjectName name) throws StepException {
    return followers.argoApplicationSetsOf(name);
  }

  @Override
  public Optional<AppProjectView> appProject(ProjectName name) throws StepException {
    return followers.appProject(name);
  }

  @Override
  public void touchAppProject(AppProjectView seen, Instant now) throws StepException {
    followers.touchAppProject(seen, now);
  }

  @Override
  public Optional<String> fluxAppliedRevision(String kustomization) throws StepException {
    return followers.fluxAppliedRevision(kustomization);
  }

  @Override
  public boolean serves(String apiVersion, String kind) throws StepException {
    return served.serves(apiVersion, kind);
  }

  @Override
  public String clusterId() throws StepException {
    String known = clusterId;
    if (known == null) {
      Namespace anchor =
          new Call("get", "namespaces", CLUSTER_ANCHOR)
              .make(() -> client.namespaces().withName(CLUSTER_ANCHOR).require());
      known = anchor.getMetadata().getUid().substring(0, CLUSTER_ID_LENGTH);
      clusterId = known;
    }
    return known;
  }

  private Stream<Watched<?>> watches() {
    return Stream.concat(
        Stream.of(namespaces.watched(), pullSecrets.watched()), serviceAccounts.watched().stream());
  }

  private void namespaceMoved(NamespaceView namespace, Watched.Move move) {
    namespace.owner().ifPresent(owner -> listener.moved(owner, Thing.NAMESPACE));
    if (move == Watched.Move.GONE) {
      // Whoever lost the name to another Project may have it now.
      projects().stream()
          .filter(project -> wants(project, namespace.name()))
          .map(OwnerMark::of)
          .filter(mark -> namespace.owner().filter(mark::equals).isEmpty())
          .forEach(mark -> listener.moved(mark, Thing.NAMESPACE));
    }
  }

  private void pullSecretMoved(String namespace, Optional<OwnerMark> ofSecret) {
    ownerOf(namespace)
        .or(() -> ofSecret)
        .ifPresent(owner -> listener.moved(owner, Thing.PULL_SECRET));
  }

  /** Accounts of namespaces without a pull secret are none of our business. */
  private void accountLacks(String namespace) {
    if (serviceAccounts.isAwaited(namespace) || pullSecrets.isKnown(namespace)) {
      ownerOf(namespace).ifPresent(owner -> listener.moved(owner, Thing.SERVICE_ACCOUNT));
    }
  }

  private Optional<OwnerMark> ownerOf(String namespace) {
    return namespaces
        .known(namespace)
        .flatMap(NamespaceView::owner)
        .or(
            () ->
                projects().stream()
                    .filter(project -> wants(project, namespace))
                    .map(OwnerMark::of)
                    .findFirst());
  }

  private static boolean wants(Project project, String namespace) {
    ProjectSpec spec = project.getSpec();
    // The stored spec of any Project may break the rules, and then gives no name.
    return spec != null
        && spec.projectId() != null
        && spec.environmentType() != null
        && namespace.startsWith(spec.projectId())
        && SpecRules.isProjectId(spec.projectId())
        && project.name().value().equals(namespace);
  }
}
