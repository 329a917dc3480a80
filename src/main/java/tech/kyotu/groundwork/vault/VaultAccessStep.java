package tech.kyotu.groundwork.vault;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.Step;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepPlan;

/**
 * Policies, internal group and Kubernetes auth role of a Project, and the marker that says whose
 * its folder of secrets is. Reads and writes wait for Vault, so the step runs in a lane.
 *
 * <p>The last write of a plan is followed by a new plan from fresh reads: the step is in place, or
 * gone, only because Vault said so after everything was written.
 */
public final class VaultAccessStep implements Step {

  private static final String NOT_CONFIGURED = "No Vault configured.";

  private final Optional<Vault> vault;
  private final Cluster cluster;
  private final GroundworkConfig.Vault settings;
  private final Lane lane;
  private final Vanishings vanishings;

  /**
   * The step.
   *
   * @param vault empty if no Vault is configured
   * @param cluster tells which Projects live
   * @param settings of Vault
   * @param lane where this step waits
   * @param clock the time
   */
  public VaultAccessStep(
      Optional<Vault> vault,
      Cluster cluster,
      GroundworkConfig.Vault settings,
      Lane lane,
      Clock clock) {
    this.vanishings = new Vanishings(clock);
    this.vault = vault;
    this.cluster = cluster;
    this.settings = settings;
    this.lane = lane;
  }

  @Override
  public StepName name() {
    return StepName.VAULT_ACCESS;
  }

  @Override
  public Set<StepName> needs() {
    return Set.of(StepName.NAMESPACE);
  }

  @Override
  public Set<StepName> goesAfter() {
    return Set.of(StepName.ARGO_APPLICATIONS, StepName.FLUX_RBAC);
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public StepPlan plan(Project project, Holdings held) throws StepException {
    return vault.isEmpty()
        ? StepPlan.settled(NOT_CONFIGURED)
        : planGrant(vault.get(), project, held);
  }

  @Override
  public StepPlan planRelease(Project project, Holdings held) throws StepException {
    return vault.isEmpty() ? leftBehind(held) : planRevoke(vault.get(), project, held);
  }

  private StepPlan planGrant(Vault open, Project project, Holdings held) throws StepException {
    requireVersion(open);
    VaultNames names = VaultNames.of(project.name(), settings);
    Seen seen = Seen.of(open, names, project.googleGroup());
    Replanning again = () -> planGrant(open, project, held);
    GrantPlan grant = new GrantPlan(open, cluster, settings, project, held, seen, again);
    List<Change> changes = new ArrayList<>(grant.changes());
    for (String thing : grant.vanished()) {
      vanishings.require(project, thing);
    }
    changes.replaceAll(
        change ->
            grant.vanished().contains(change.subject())
                ? vanishings.counted(project, change)
                : change);
    if (!grant.isSettled()) {
      tellLast(changes);
    }
    String message =
        "%s and pods have access to %s/%s."
            .formatted(project.googleGroup(), settings.mount(), names.key());
    if (changes.isEmpty() || project.isPlanOnly()) {
      FormerPolicy former = FormerPolicy.of(open, project, held);
      former.removal(open).ifPresent(changes::add);
      message = former.remark().map((message + " ")::concat).orElse(message);
    }
    readBack(changes, again);
    replaceLast(
        changes,
        last ->
            last.foreseeing(
                all ->
                    all.with(Holding.of(Seen.GROUP, "VaultGroup", Origin.CREATED, names.group()))));
    return StepPlan.of(changes, message).finding(seen.told(project, names, settings));
  }

  private StepPlan planRevoke(Vault open, Project project, Holdings held) throws StepException {
    VaultNames names = VaultNames.of(project.name(), settings);
    Seen seen = Seen.of(open, names, project.googleGroup());
    Replanning again = () -> planRevoke(open, project, held);
    FormerPolicy former = FormerPolicy.of(open, project, held);
    boolean hasFormerRights = former.state() == FormerPolicy.State.OURS;
    RevokePlan revoke =
        new RevokePlan(open, cluster, settings, project, seen, hasFormerRights, again);
    List<Change> changes = new ArrayList<>(revoke.deletions());
    former.removal(open).ifPresent(changes::add);
    readBack(changes, again);
    Optional<Change> retained = revoke.retained();
    retained.ifPresent(changes::add);
    former
        .remark()
        .ifPresent(
            remark ->
                changes.add(
                    Change.retain(
                        "Vault policy " + former.name(), "it may still give rights; delete it")));
    String message =
        retained.isPresent()
            ? "No rights are left. Kept: secrets in " + settings.mount() + "/" + names.key() + "."
            : "No rights are left.";
    UnaryOperator<Holdings> told = seen.told(project, names, settings);
    return StepPlan.of(changes, message)
        .finding(
            former.state() == FormerPolicy.State.ABSENT
                ? now -> told.apply(now).without(FormerPolicy.ID)
                : told);
  }

  /** A Vault that was configured once may still hold rights; nobody can take them back now. */
  private static StepPlan leftBehind(Holdings held) {
    List<Change> kept =
        held.asList().stream()
            .filter(holding -> holding.id().startsWith("vault-"))
            .map(
                holding ->
                    Change.retain(
                        holding.kind() + " " + holding.reference(),
                        "no Vault is configured any more; it may live on there"))
            .toList();
    return StepPlan.of(kept, NOT_CONFIGURED);
  }

  private void requireVersion(Vault open) throws StepException {
    Optional<Integer> version = open.keyValueVersion();
    if (version.filter(found -> found != settings.kvVersion()).isPresent()) {
      throw new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "The key/value engine at %s has version %d, vault.kv-version says %d. Correct the setting."
              .formatted(settings.mount(), version.get(), settings.kvVersion()));
    }
  }

  /** One event for the whole set-up, where its last change is done. */
  private static void tellLast(List<Change> changes) {
    replaceLast(changes, last -> last.orToldBy(EventReason.VAULT_ACCESS_WRITTEN));
  }

  private static void readBack(List<Change> changes, Replanning again) {
    replaceLast(
        changes,
        last ->
            last.with(
                held -> {
                  Outcome outcome = last.effect().apply(held);
                  return outcome instanceof Outcome.Done
                      ? new Outcome.ReadBack(again.plan())
                      : outcome;
                }));
  }

  private static void replaceLast(List<Change> changes, UnaryOperator<Change> by) {
    if (!changes.isEmpty()) {
      int last = changes.size() - 1;
      changes.set(last, by.apply(changes.get(last)));
    }
  }
}
