package tech.kyotu.groundwork;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitlab.GitLab4jAdapter;
import tech.kyotu.groundwork.gitlab.GitLabGroupStep;
import tech.kyotu.groundwork.gitlab.GitLabOrphans;
import tech.kyotu.groundwork.gitlab.HttpImageRegistry;
import tech.kyotu.groundwork.gitlab.OwnToken;
import tech.kyotu.groundwork.gitlab.RegistryAccessStep;
import tech.kyotu.groundwork.gitlab.SharedReads;
import tech.kyotu.groundwork.gitops.Branch;
import tech.kyotu.groundwork.gitops.BranchPreview;
import tech.kyotu.groundwork.gitops.GitPublisher;
import tech.kyotu.groundwork.gitops.LaneSettings;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.gitops.RepositoryOrphans;
import tech.kyotu.groundwork.gitops.RepositoryRights;
import tech.kyotu.groundwork.gitops.TemplateFolder;
import tech.kyotu.groundwork.gitops.jgit.JGitRepository;
import tech.kyotu.groundwork.kubernetes.ClusterEvents;
import tech.kyotu.groundwork.kubernetes.ClusterListener;
import tech.kyotu.groundwork.kubernetes.Fabric8Cluster;
import tech.kyotu.groundwork.kubernetes.NamespaceStep;
import tech.kyotu.groundwork.kubernetes.OlderDeployment;
import tech.kyotu.groundwork.step.Applied;
import tech.kyotu.groundwork.step.Backoff;
import tech.kyotu.groundwork.step.CredentialWatch;
import tech.kyotu.groundwork.step.Guards;
import tech.kyotu.groundwork.step.LaneThreads;
import tech.kyotu.groundwork.step.OrphanSource;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.WriteLease;
import tech.kyotu.groundwork.vault.ContentRound;
import tech.kyotu.groundwork.vault.Vault;
import tech.kyotu.groundwork.vault.VaultAccessStep;
import tech.kyotu.groundwork.vault.VaultDriverAdapter;
import tech.kyotu.groundwork.vault.VaultOrphans;
import tech.kyotu.groundwork.vault.VaultRights;
import tech.kyotu.groundwork.vault.VaultSweep;
import tech.kyotu.groundwork.view.CheckView;

/**
 * The rooms of the house, each with its port, its lane and its steps; started and closed together.
 */
final class Rooms implements AutoCloseable {

  private static final int LANE_THREADS = 8;
  private static final int CREDENTIAL_SECONDS = 5;
  private static final int OLDER_SECONDS = 15;

  /** Sooner than that the sweep or the round over the contents has an answer forgotten. */
  private static final Duration VAULT_HOLDS = Duration.ofDays(1);

  private final GroundworkConfig config;
  private final ClusterEvents wakeups;
  private final Backoff backoff;
  private final Clock clock;
  private final WriteLease lease;
  private final ScheduledExecutorService timer = Threads.timer("timer");

  /** Of its own, because the sweep waits for Vault. */
  private final ScheduledExecutorService vaultTimer = Threads.timer("vault-sweep");

  /** Of its own as well, because it waits for GitLab. */
  private final ScheduledExecutorService ownTokenTimer = Threads.timer("own-token");

  private final LaneThreads gitlabLane;
  private final LaneThreads vaultLane;
  private final Fabric8Cluster cluster;
  private final GitLab4jAdapter gitlab;
  private final SharedReads gitlabReads;
  private final OwnToken ownToken;
  private final Optional<Vault> vault;
  private final GitPublisher flux;
  private final GitPublisher deployment;
  private final TemplateFolder templates;
  private final ProvisioningSteps steps;
  private final Optional<Followed> followed;
  private final Optional<OlderDeployment> older;

  Rooms(
      GroundworkConfig config,
      KubernetesClient client,
      ClusterEvents wakeups,
      Backoff backoff,
      Clock clock,
      WriteLease lease,
      String version) {
    this.config = config;
    this.wakeups = wakeups;
    this.backoff = backoff;
    this.clock = clock;
    this.lease = lease;
    older =
        config
            .takeover()
            .deployment()
            .map(place -> new OlderDeployment(client, place, this::wakeAll));
    cluster = new Fabric8Cluster(client, config, wakeups::projects, this::moved);
    gitlab = new GitLab4jAdapter(config.gitlab(), clock);
    gitlabReads = new SharedReads(gitlab, clock);
    ownToken = new OwnToken(gitlab, clock);
    gitlabLane = lane("GitLab", config.retry().regularLook(), gitlabReads::forget);
    vaultLane = lane("Vault", VAULT_HOLDS, () -> {});
    vault = config.vault().address().map(address -> new VaultDriverAdapter(config.vault(), clock));
    flux = publisher(LaneSettings.flux(config, version), PathFence.FLUX);
    deployment = publisher(LaneSettings.deployment(config, version), PathFence.DEPLOYMENT);
    templates = new TemplateFolder(config);
    steps = makeSteps();
    followed =
        config.applied().enabled()
            ? Optional.of(new Followed(config, client, flux, steps, wakeups, clock))
            : Optional.empty();
  }

  private ProvisioningSteps makeSteps() {
    HttpImageRegistry registry =
        new HttpImageRegistry(config.registry(), config.gitlab().url(), clock);
    RepositorySteps files = onBranches(flux, deployment);
    return new ProvisioningSteps(
        new NamespaceStep(cluster, config),
        new GitLabGroupStep(gitlab, gitlabReads, cluster, config, gitlabLane, clock),
        new RegistryAccessStep(
            gitlab, gitlabReads, registry, cluster, config, gitlabLane, clock, lease),
        new VaultAccessStep(vault, cluster, config.vault(), vaultLane, clock),
        files.fluxRbac(),
        files.argoApplications());
  }

  /** The same steps, but on branches that are only looked at: for plans. */
  ProvisioningSteps previews() {
    RepositorySteps seen = onBranches(new BranchPreview(flux), new BranchPreview(deployment));
    return new ProvisioningSteps(
        steps.namespace(),
        steps.gitLabGroup(),
        steps.registryAccess(),
        steps.vaultAccess(),
        seen.fluxRbac(),
        seen.argoApplications());
  }

  /** Whether each system lets the operator work. */
  List<CheckView> checks() {
    return new SystemChecks(
            config,
            cluster,
            ownToken,
            gitlabLane,
            vaultLane,
            List.of(new BranchPreview(flux), new BranchPreview(deployment)))
        .all();
  }

  /** Who may do what. */
  AccessReport access() {
    return new AccessReport(
        wakeups::projects,
        new RepositoryRights(new BranchPreview(flux), new BranchPreview(deployment), config),
        vault.map(open -> new VaultRights(open, config.vault())));
  }

  /** What Projects that are gone left behind. */
  OrphanReport orphans() {
    List<OrphanSource> sources = new ArrayList<>();
    sources.add(new GitLabOrphans(gitlab, gitlabReads, cluster, config, clock));
    vault.ifPresent(open -> sources.add(new VaultOrphans(open, config.vault())));
    sources.add(new RepositoryOrphans(new BranchPreview(flux)));
    sources.add(new RepositoryOrphans(new BranchPreview(deployment)));
    return new OrphanReport(wakeups::projects, sources);
  }

  private RepositorySteps onBranches(Branch flux, Branch deployment) {
    return RepositorySteps.on(flux, deployment, templates, cluster, config, clock);
  }

  private void wakeAll() {
    wakeups.projects().forEach(project -> wakeups.wake(project.ref()));
  }

  /** Who else may be at work on our Projects. */
  Guards.Rival rival() {
    return older.<Guards.Rival>map(it -> it).orElse(Guards.Rival.NONE);
  }

  /** What is known of the credential that GitLab knows us by. */
  OwnToken ownToken() {
    return ownToken;
  }

  private LaneThreads lane(String system, Duration longest, Runnable forgetReads) {
    return new LaneThreads(
        system,
        longest,
        wakeups,
        clock,
        Threads.pool(system.toLowerCase(Locale.ROOT), LANE_THREADS),
        timer,
        forgetReads);
  }

  private GitPublisher publisher(LaneSettings settings, PathFence fence) {
    return new GitPublisher(
        settings,
        new JGitRepository(config, fence, clock),
        wakeups::projects,
        wakeups,
        clock,
        new Random(),
        lease);
  }

  /** Somebody moved a thing of a Project: what is remembered of it no longer holds. */
  private void moved(OwnerMark whose, ClusterListener.Thing what) {
    switch (what) {
      case PULL_SECRET, SERVICE_ACCOUNT -> gitlabLane.forget(whose.uid(), StepName.REGISTRY_ACCESS);
      case NAMESPACE -> {
        // The namespace step reads it anew in each pass; the others follow its holding.
      }
    }
    wakeups.wake(whose.owner());
  }

  void start() {
    cluster.start();
    // Before the framework looks at any Project.
    older.ifPresent(OlderDeployment::run);
    older.ifPresent(this::lookNowAndThen);
    followed.ifPresent(Followed::start);
    flux.start();
    deployment.start();
    var unused =
        ownTokenTimer.scheduleWithFixedDelay(
            ownToken, 0, OwnToken.INTERVAL.toSeconds(), TimeUnit.SECONDS);
    watch(
        config.gitlab().tokenFile(),
        gitlabLane,
        () -> ownTokenTimer.execute(ownToken),
        StepName.GITLAB_GROUP,
        StepName.REGISTRY_ACCESS);
    vault.ifPresent(this::startWatching);
  }

  private void lookNowAndThen(OlderDeployment deployment) {
    var unused =
        ownTokenTimer.scheduleWithFixedDelay(
            deployment, OLDER_SECONDS, OLDER_SECONDS, TimeUnit.SECONDS);
  }

  private void startWatching(Vault vault) {
    watch(
        config.vault().tokenFile().orElse(config.vault().jwtFile()),
        vaultLane,
        () -> {},
        StepName.VAULT_ACCESS);
    every(config.vault().sweepInterval(), new VaultSweep(vault, cluster, this::movedInVault));
    every(
        ContentRound.TURN,
        new ContentRound(cluster, config.retry().regularLook(), this::movedInVault, clock));
  }

  private void every(Duration interval, Runnable look) {
    var unused =
        vaultTimer.scheduleWithFixedDelay(
            look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void movedInVault(OwnerMark whose) {
    vaultLane.forget(whose.uid(), StepName.VAULT_ACCESS);
    wakeups.wake(whose.owner());
  }

  private void watch(Path credential, LaneThreads lane, Runnable also, StepName... concerned) {
    CredentialWatch watch =
        new CredentialWatch(
            credential,
            () -> {
              for (StepName step : concerned) {
                backoff.open(step);
              }
              lane.credentialChanged();
              also.run();
            });
    var unused =
        timer.scheduleWithFixedDelay(
            watch, CREDENTIAL_SECONDS, CREDENTIAL_SECONDS, TimeUnit.SECONDS);
  }

  ProvisioningSteps steps() {
    return steps;
  }

  /** Whether the threads that cannot be replaced are alive, by name. */
  Map<String, BooleanSupplier> lanes() {
    return Map.of("git-flux", flux::isRunning, "git-deployment", deployment::isRunning);
  }

  /** Whether each lane's system is known not to answer, by name. */
  Map<String, BooleanSupplier> away() {
    return Map.of(
        "gitlab", () -> gitlabLane.outage().isPresent(),
        "vault", () -> vaultLane.outage().isPresent());
  }

  /** Whether all watches have seen the cluster and go on. */
  boolean isWatching() {
    return cluster.isWatching();
  }

  /** How far Flux and Argo CD have followed; empty if that is not watched. */
  Optional<Applied> applied(Project project) {
    return followed.map(it -> it.of(project));
  }

  /** Drops what is remembered of a Project that is gone. */
  void drop(String uid) {
    gitlabLane.drop(uid);
    vaultLane.drop(uid);
    flux.forget(uid);
    deployment.forget(uid);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    vaultTimer.shutdownNow();
    ownTokenTimer.shutdownNow();
    gitlabLane.close();
    vaultLane.close();
    flux.close();
    deployment.close();
    gitlab.close();
    followed.ifPresent(Followed::close);
    cluster.close();
  }
}
