package tech.kyotu.groundwork.kubernetes;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.OlderMark;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.kubernetes.Cluster.NamespaceView;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Effect;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.Step;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/**
 * The namespace, which decides who owns a name: creating it is atomic, and its owner mark names the
 * winner. The loser writes nothing anywhere.
 */
public final class NamespaceStep implements Step {

  /** Id of the holding. */
  public static final String HOLDING = "namespace";

  private final Cluster cluster;
  private final ReservedNames reserved;
  private final Set<String> allowedDomains;
  private final boolean takesOver;

  /**
   * The step on this cluster; the settings name what is reserved and whose people may be let in.
   */
  public NamespaceStep(Cluster cluster, GroundworkConfig config) {
    this.cluster = cluster;
    this.reserved = ReservedNames.of(config);
    this.allowedDomains = config.kubernetes().allowedDomains().orElse(Set.of());
    this.takesOver = config.takeover().olderOperator();
  }

  @Override
  public StepName name() {
    return StepName.NAMESPACE;
  }

  @Override
  public Set<StepName> goesAfter() {
    return EnumSet.complementOf(EnumSet.of(StepName.NAMESPACE));
  }

  @Override
  public StepPlan plan(Project project, Holdings held) throws StepException {
    refuseByTheSettings(project);
    Optional<NamespaceView> known = cluster.knownNamespace(project.name().value());
    if (known.filter(view -> isAsWanted(project, view)).isPresent()) {
      return inPlace(known.get());
    }
    // A create asks and acts in one call, and the server picks one winner. Only a dry run, or a
    // namespace that we know to be different, needs a look first.
    if (known.isEmpty() && !project.isPlanOnly()) {
      return creation(project, held);
    }
    return planFor(project, held, cluster.namespace(project.name().value()));
  }

  @Override
  public StepPlan planRelease(Project project, Holdings held) throws StepException {
    String name = project.name().value();
    Optional<NamespaceView> live = cluster.namespace(name);
    if (live.isEmpty()) {
      return StepPlan.settled("Namespace %s is gone.".formatted(name))
          .finding(NamespaceStep::forget);
    }
    NamespaceView view = live.get();
    if (!isOurs(project, view)) {
      return StepPlan.settled("Namespace %s is not this Project's.".formatted(name))
          .finding(NamespaceStep::forget);
    }
    if (view.terminating()) {
      return StepPlan.waits(Reason.WAITING_FOR_REMOVAL, whatItWaitsFor(name));
    }
    return reasonToKeep(project, view)
        .map(reason -> retention(view, reason))
        .orElseGet(() -> removal(view));
  }

  /**
   * Whether the Project holds its name: the namespace bears its UID. Read live.
   *
   * @param project its spec obeys the rules
   * @throws StepException if the API server does not answer; that says nothing either way
   */
  public boolean holdsName(Project project) throws StepException {
    return cluster
        .namespace(project.name().value())
        .filter(view -> isOurs(project, view))
        .isPresent();
  }

  private void refuseByTheSettings(Project project) throws StepException {
    if (reserved.contain(project.name())) {
      throw new RejectedException(
          Reason.NAME_RESERVED,
          "The name %s belongs to the platform. Choose another projectId."
              .formatted(project.name()));
    }
    String group = project.googleGroup();
    String domain = group.substring(group.indexOf('@') + 1);
    if (!allowedDomains.isEmpty() && !allowedDomains.contains(domain)) {
      throw new RejectedException(
          Reason.INVALID_SPEC,
          "spec.googleGroup is of %s, which the settings do not allow. Use an address of %s."
              .formatted(domain, String.join(", ", new TreeSet<>(allowedDomains))));
    }
  }

  private StepPlan creation(Project project, Holdings held) {
    String name = project.name().value();
    boolean hadOne = held.thing(HOLDING).isPresent();
    return changing(
        Change.of(
                Verb.CREATE,
                subject(name),
                hadOne ? "it has vanished" : "there was none",
                hadOne ? EventReason.DRIFT_REPAIRED : EventReason.NAMESPACE_CREATED,
                earlier -> {
                  Optional<NamespaceView> created = cluster.createNamespace(project);
                  return created.isPresent()
                      ? Outcome.done(all -> all.with(holding(created.get())))
                      : new Outcome.Replanned(planFor(project, held, cluster.namespace(name)));
                })
            .foreseeing(all -> all.with(Holding.of(HOLDING, "Namespace", Origin.CREATED, name))));
  }

  /** The plan for a namespace as it was just read. */
  private StepPlan planFor(Project project, Holdings held, Optional<NamespaceView> live)
      throws StepException {
    if (live.isEmpty()) {
      return creation(project, held);
    }
    NamespaceView view = live.get();
    if (view.terminating()) {
      throw new RetryableException(
          Reason.NAMESPACE_TERMINATING,
          "Namespace %s is being deleted. Setup goes on when it is gone; look for finalizers inside it."
              .formatted(view.name()));
    }
    if (view.owner().isEmpty()) {
      return adoption(project, view);
    }
    if (!isOurs(project, view)) {
      return planForForeign(project, view, view.owner().get());
    }
    if (isAsWanted(project, view)) {
      return inPlace(view);
    }
    return marking(
        project,
        view,
        originOf(view),
        Verb.UPDATE,
        "its mark was incomplete",
        EventReason.DRIFT_REPAIRED);
  }

  private StepPlan adoption(Project project, NamespaceView view) throws StepException {
    String manager = view.labels().getOrDefault(OwnerMark.MANAGED_BY, OwnerMark.GROUNDWORK);
    if (!manager.equals(OwnerMark.GROUNDWORK) && !project.isAdoptionRequested(HOLDING)) {
      throw new RejectedException(
          Reason.OWNERSHIP_CONFLICT,
          "Namespace %s is managed by %s. Take it out there, or annotate kyotu.tech/adopt: namespace."
              .formatted(view.name(), manager));
    }
    if (!project.mayAdopt(HOLDING)) {
      throw new RejectedException(
          Reason.ADOPTION_FORBIDDEN,
          ("Namespace %s exists and spec.adoption is Never. Set IfUnowned, or annotate"
                  + " kyotu.tech/adopt: namespace; kubectl project plan %s shows what would change.")
              .formatted(view.name(), project.ref().name()));
    }
    return takesOver && OlderMark.isOn(view.labels())
        ? marking(
            project,
            view,
            Origin.CREATED,
            Verb.ADOPT,
            "the older operator made it, so it goes with the Project as before",
            EventReason.NAMESPACE_ADOPTED)
        : adopted(project, view, "it exists and bears nobody's mark");
  }

  private StepPlan planForForeign(Project project, NamespaceView view, OwnerMark owner)
      throws StepException {
    if (cluster.isLiving(owner)) {
      throw new RejectedException(
          Reason.NAME_TAKEN,
          ("Namespace %s belongs to Project %s. Delete one of the two, or change projectId or"
                  + " environmentType in a new Project. Nothing was written.")
              .formatted(view.name(), owner.owner()));
    }
    if (owner.owner().equals(project.ref())) {
      return marking(
          project,
          view,
          originOf(view),
          Verb.UPDATE,
          "it bears the mark of this Project from before a restore",
          EventReason.REATTACHED);
    }
    if (project.isAdoptionRequested(HOLDING)) {
      return adopted(project, view, "its Project %s is gone".formatted(owner.owner()));
    }
    throw new RejectedException(
        Reason.OWNERSHIP_CONFLICT,
        ("Namespace %s bears the mark of Project %s, which is gone. Annotate kyotu.tech/adopt:"
                + " namespace to take it over, or delete it.")
            .formatted(view.name(), owner.owner()));
  }

  private StepPlan adopted(Project project, NamespaceView view, String reason) {
    return marking(
        project, view, Origin.ADOPTED, Verb.ADOPT, reason, EventReason.NAMESPACE_ADOPTED);
  }

  private StepPlan marking(
      Project project,
      NamespaceView view,
      Origin origin,
      Verb verb,
      String reason,
      EventReason event) {
    Holding foreseen =
        new Holding(HOLDING, "Namespace", origin, view.name(), null, view.createdAt());
    Effect mark =
        held -> {
          NamespaceView marked = cluster.markNamespace(project, view, origin);
          return Outcome.done(all -> all.with(holding(marked)));
        };
    return changing(
        Change.of(verb, subject(view.name()), reason, event, mark)
            .foreseeing(all -> all.with(foreseen)));
  }

  private static Optional<String> reasonToKeep(Project project, NamespaceView view) {
    if (originOf(view) == Origin.ADOPTED) {
      return Optional.of("it existed before this Project");
    }
    return project.isNamespaceRetained()
        ? Optional.of("spec.deletion.namespace is Retain")
        : Optional.empty();
  }

  private StepPlan retention(NamespaceView view, String reason) {
    Change keep =
        new Change(
            Verb.RETAIN,
            subject(view.name()),
            reason,
            Optional.of(EventReason.RETAINED),
            held -> {
              cluster.unmarkNamespace(view);
              return Outcome.done(NamespaceStep::forget);
            });
    return StepPlan.of(List.of(keep), "Kept: namespace %s, %s.".formatted(view.name(), reason));
  }

  private StepPlan removal(NamespaceView view) {
    String name = view.name();
    Change remove =
        Change.of(
            Verb.DELETE,
            subject(name),
            "it was created for this Project",
            held -> {
              cluster.deleteNamespace(view);
              return new Outcome.Waiting(
                  Reason.WAITING_FOR_REMOVAL, "Namespace %s is being deleted.".formatted(name));
            });
    return StepPlan.of(List.of(remove), "Namespace %s is gone.".formatted(name));
  }

  private String whatItWaitsFor(String name) throws StepException {
    String blocked = cluster.whatBlocks(name);
    return blocked.isEmpty()
        ? "Namespace %s is being deleted.".formatted(name)
        : "Namespace %s is being deleted: %s".formatted(name, blocked);
  }

  private static StepPlan inPlace(NamespaceView view) {
    return StepPlan.settled("")
        .finding(held -> held.with(holding(view)))
        .saying(NamespaceStep::sentence);
  }

  private static StepPlan changing(Change change) {
    return StepPlan.of(List.of(change), "").saying(NamespaceStep::sentence);
  }

  private static String sentence(Holdings held) {
    return held.thing(HOLDING)
        .map(
            thing ->
                thing.origin() == Origin.ADOPTED
                    ? "Namespace %s existed before and will be kept on deletion."
                        .formatted(thing.reference())
                    : "Namespace %s.".formatted(thing.reference()))
        .orElse("");
  }

  private static boolean isOurs(Project project, NamespaceView view) {
    return view.owner().filter(owner -> owner.uid().equals(project.uid())).isPresent();
  }

  /** Ours, alive, and its mark complete. */
  private static boolean isAsWanted(Project project, NamespaceView view) {
    OwnerMark mark = OwnerMark.of(project);
    Map<String, String> labels = mark.labels(project.name());
    return !view.terminating()
        && view.owner().filter(mark::equals).isPresent()
        && view.origin().isPresent()
        && view.labels().entrySet().containsAll(labels.entrySet());
  }

  /** Without a readable origin it counts as found: what is not surely ours is never deleted. */
  private static Origin originOf(NamespaceView view) {
    return view.origin().orElse(Origin.ADOPTED);
  }

  private static Holding holding(NamespaceView view) {
    return new Holding(HOLDING, "Namespace", originOf(view), view.name(), null, view.createdAt());
  }

  private static Holdings forget(Holdings held) {
    return held.without(HOLDING);
  }

  private static String subject(String name) {
    return "Namespace " + name;
  }
}
