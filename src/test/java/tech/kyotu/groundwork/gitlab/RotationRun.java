package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.FaultPoints;
import tech.kyotu.groundwork.testing.MovableClock;
import tech.kyotu.groundwork.testing.ProjectFixture;
import tech.kyotu.groundwork.testing.Settings;

/**
 * One history of one Project's pull token: two operators on one GitLab and one cluster, and a clock
 * that only the history moves. Nothing runs beside anything else: who is paused in a call has the
 * history go on inside that call.
 */
final class RotationRun {

  /** The process died: no code of ours may catch it. */
  private static final class Died extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(30);
  private static final Duration LONGEST_LAG = Duration.ofSeconds(25);
  private static final Duration DAY = Duration.ofHours(24);
  private static final Duration MINUTES = Duration.ofMinutes(10);
  private static final GroundworkConfig LONG_GRACE = config(DAY);
  private static final GroundworkConfig SHORT_GRACE = config(MINUTES);
  private static final int MOST_NESTED = 4;

  private final MovableClock clock = MovableClock.at("2026-11-20T12:04:00Z");
  private final FakeGitLab gitlab = new FakeGitLab(clock, new FaultPoints());
  private final FakeRegistry registry = new FakeRegistry(gitlab, new FaultPoints());
  private final Deque<RotationEvent> events;
  private final RotationStage stage;
  private final RotationDefect defect;
  private final boolean isElected;
  private final Duration grace;
  private final RotationTrouble trouble;
  private final boolean isLongLived;
  private final RotationLaws laws;
  private final String group;
  private final List<RotationOperator> operators;
  private final Deque<RotationOperator> running = new ArrayDeque<>();
  private final LaggingLists lists;
  private final RotationPeople people;
  private final List<String> trace = new ArrayList<>();
  private Holdings status;
  private Project project;
  private int requests;
  private boolean isCalm;
  private boolean isGone;
  private boolean isUndisturbed;
  private int writes;

  RotationRun(
      long seed,
      List<RotationEvent> history,
      Supplier<RotationStage> stages,
      RotationDefect defect) {
    Random random = new Random(seed);
    events = new ArrayDeque<>(history);
    this.defect = defect;
    isElected = random.nextBoolean();
    grace = random.nextBoolean() ? DAY : MINUTES;
    trouble = RotationTrouble.of(random);
    stage = stages.get();
    project = fixture().build();
    group = "platform/" + project.name().projectId();
    laws = new RotationLaws(gitlab, stage, project, grace);
    lists = new LaggingLists(gitlab, group, clock);
    people = new RotationPeople(gitlab, stage, laws, lists);
    status = namespace(random.nextBoolean() ? Origin.CREATED : Origin.ADOPTED);
    isLongLived = random.nextInt(4) == 0;
    gitlab.addGroup("platform");
    RotationOperator.World shared = new Shared();
    operators = List.of(new RotationOperator(0, shared), new RotationOperator(1, shared));
    isUndisturbed = true;
  }

  private static GroundworkConfig config(Duration grace) {
    return Settings.of(
        Map.of(
            "gitlab.parent",
            "platform",
            "cluster-id",
            RotationLaws.CLUSTER,
            "registry.host",
            RegistryWorld.HOST,
            "gitlab.token-grace",
            grace.toString()));
  }

  private Holdings namespace(Origin origin) {
    return Holdings.NONE.with(
        new Holding(
            "namespace",
            "Namespace",
            origin,
            project.name().value(),
            null,
            clock.instant().toString()));
  }

  private ProjectFixture fixture() {
    ProjectFixture fixture = stage.fixture();
    return requests == 0 ? fixture : fixture.annotated(Project.ROTATE_TOKEN, "request " + requests);
  }

  /** What happened, for a person. */
  List<String> trace() {
    return trace;
  }

  /**
   * Plays the history, then lets everything heal and looks whether all is well.
   *
   * @throws RotationLaws.Broken where a law does not hold
   */
  void play() {
    while (!events.isEmpty()) {
      happen(events.removeFirst());
      laws.check(isUndisturbed);
    }
    isCalm = true;
    lists.lagBy(Duration.ZERO);
    gitlab.skewBy(Duration.ZERO);
    operators.forEach(operator -> operator.setClock(Duration.ZERO));
    operators.forEach(RotationOperator::restart);
    laws.clockSet();
    if (isGoing()) {
      endDeleted();
    } else {
      endLiving();
    }
    people.requireNeighbours();
  }

  private boolean isGoing() {
    return project.isBeingDeleted();
  }

  private void endDeleted() {
    for (int round = 0; round < 4 && !isGone; round++) {
      pass(operators.get(0), new Random(round));
      clock.advance(Duration.ofMinutes(11));
    }
    laws.checkAtRest(true);
  }

  private void endLiving() {
    // A token of a clock that was an hour ahead counts as young for an hour.
    for (int round = 0; round < 8; round++) {
      pass(operators.get(0), new Random(round));
      clock.advance(Duration.ofMinutes(11));
    }
    requireWorking();
    settle();
    laws.checkAtRest(false);
    if (isLongLived) {
      live();
    }
  }

  /** Until the grace of the last rotation is over, and a pass writes nothing. */
  private void settle() {
    for (int round = 0; round < 5; round++) {
      clock.advance(grace.plusHours(1));
      writes = 0;
      pass(operators.get(0), new Random(round));
      laws.check(true);
      if (writes == 0) {
        return;
      }
    }
    throw new RotationLaws.Broken("it does not come to rest");
  }

  /** Some months in which nothing goes wrong. */
  private void live() {
    for (int day = 0; day < 70; day += 2) {
      clock.advance(Duration.ofDays(2));
      pass(operators.get(0), new Random(day));
      requireWorking();
      laws.check(true);
      if (laws.living().size() > 2) {
        throw new RotationLaws.Broken("undisturbed, these live: " + laws.living());
      }
    }
  }

  private void requireWorking() {
    laws.check(true);
    laws.requireWorking();
  }

  private void happen(RotationEvent event) {
    Random random = new Random(event.seed());
    trace.add("--- " + event);
    // Half of what happens finds lists that were read a moment ago.
    clock.advance(Duration.ofSeconds(random.nextInt(20)));
    switch (event.kind()) {
      case PASS_OF_A -> pass(operators.get(0), random);
      case PASS_OF_B -> pass(operators.get(1), random);
      case TIME -> clock.advance(time(random));
      case ROTATION_ASKED_FOR -> ask();
      case OPERATOR_RESTARTS -> restart(operators.get(random.nextInt(2)));
      case SERVER_CLOCK_SET -> setServerClock(random);
      case OPERATOR_CLOCK_SET -> setOperatorClock(random);
      case LISTS_LAG -> {
        lists.lagBy(upTo(LONGEST_LAG, random));
        laws.listsLag();
      }
      case PROJECT_DELETED -> delete();
      case STATUS_WIPED -> status = namespace(Origin.ADOPTED);
      default -> {
        if (!isGoing()) {
          people.act(event.kind(), random);
        }
      }
    }
  }

  private void ask() {
    if (!isGoing()) {
      requests++;
      project = fixture().build();
      stage.put(project);
    }
  }

  private void restart(RotationOperator operator) {
    if (!running.contains(operator)) {
      operator.restart();
    }
  }

  private void delete() {
    // Without a lease that both keep to, a former leader could make anew what the other released.
    if (isElected && !isGoing()) {
      project = fixture().beingDeleted().build();
      stage.put(project);
      laws.projectGoes();
    }
  }

  private Duration time(Random random) {
    Duration longest =
        switch (random.nextInt(5)) {
          case 0 -> Duration.ofSeconds(40);
          case 1 -> Duration.ofMinutes(15);
          case 2 -> Duration.ofHours(30);
          case 3 -> Duration.ofDays(20);
          default -> Duration.ofDays(70);
        };
    boolean isNested = !running.isEmpty();
    return upTo(isNested && longest.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longest, random);
  }

  private static Duration upTo(Duration longest, Random random) {
    return Duration.ofSeconds(1 + random.nextInt((int) longest.toSeconds()));
  }

  private static Duration offset(Random random) {
    return random.nextInt(3) == 0
        ? Duration.ZERO
        : Duration.ofSeconds(random.nextInt(7_200) - 3_600L);
  }

  private void setServerClock(Random random) {
    gitlab.skewBy(offset(random));
    disturb();
  }

  private void setOperatorClock(Random random) {
    operators.get(random.nextInt(2)).setClock(offset(random));
    disturb();
  }

  private void disturb() {
    isUndisturbed = false;
    laws.clockSet();
  }

  /** One pass of one operator, unless it is paused in one, or may not begin. */
  private void pass(RotationOperator operator, Random random) {
    boolean isPausedElsewhere = !running.isEmpty();
    if (isGone
        || running.contains(operator)
        || (isElected && isPausedElsewhere && running.peek().holdsLease())) {
      return;
    }
    if (!isPausedElsewhere) {
      isUndisturbed = true;
    }
    running.push(operator);
    operator.begin(random);
    Project asRead = project;
    try {
      status = operator.pass(asRead, status);
      if (asRead.isBeingDeleted() && !isGone) {
        isGone = true;
        stage.remove(asRead);
      }
    } catch (StepException trouble) {
      trace.add(operator + " fails: " + trouble.getMessage());
    } catch (StepPass.Unsettled undone) {
      if (isCalm) {
        throw new RotationLaws.Broken(undone.getMessage());
      }
      trace.add(operator + " gives up: somebody undoes what it does");
    } catch (Died died) {
      trace.add(operator + " dies");
      operator.restart();
    } finally {
      running.pop();
      if (!operator.holdsLease()) {
        // It ends by itself, and a new process takes its place.
        operator.restart();
      }
    }
    gitlab.groupAtRest(group).ifPresent(made -> people.carryOn(made, project));
  }

  /** What reaches the world of one operator's calls, and what befalls them. */
  private Object interrupt(RotationOperator operator, Intercepted.Call call) throws Throwable {
    if (!call.isOutside()) {
      return call.proceed();
    }
    trace.add(
        "%s %s %s %s"
            .formatted(
                clock.instant(),
                operator,
                call,
                call.is("revokeToken") ? call.arguments()[1] : ""));
    strike(operator, call, true);
    laws.check(isUndisturbed);
    announce(operator, call);
    Optional<List<Token>> older =
        call.is("tokens") && !isGoing() ? lists.answer() : Optional.empty();
    Object answer = older.isPresent() ? older.get() : call.proceed();
    if (call.is("pullSecret")) {
      laws.secretRead(operator.index());
    }
    if (call.is("issueToken") || call.is("revokeToken")) {
      lists.remember();
    }
    laws.check(isUndisturbed);
    strike(operator, call, false);
    if (call.is("tokens") || call.is("issueToken") || call.is("createGroup")) {
      laws.listed(operator.index());
    }
    return answer;
  }

  private void announce(RotationOperator operator, Intercepted.Call call) {
    if (call.isWrite()) {
      writes++;
    }
    if (call.is("revokeToken")) {
      laws.revoking(operator.index(), (Long) call.arguments()[1]);
    } else if (call.is("issueToken")) {
      laws.issuing(
          operator.index(),
          ((GitLab.NewToken) call.arguments()[1]).name(),
          project.rotateRequest(),
          isUndisturbed);
      laws.answerLost(operator.index());
    }
  }

  private void strike(RotationOperator operator, Intercepted.Call call, boolean isBefore)
      throws StepException {
    // A process without its lease ends by itself. That it dies, or is not answered, before it has
    // taken back its own token is the one case that nobody could mend.
    if (isCalm || !operator.holdsLease()) {
      return;
    }
    Random random = operator.random();
    switch (trouble.draw(random)) {
      case DEATH -> throw new Died();
      case FAILURE -> {
        trace.add("  fails");
        throw isBefore ? RotationTrouble.refusal(call, random) : RotationTrouble.lost(call);
      }
      case SHORT_PAUSE -> clock.advance(upTo(LEASE.minusSeconds(1), random));
      case PAUSE -> pause(operator, upTo(LONGEST_PAUSE, random), 1 + random.nextInt(MOST_NESTED));
      case NOTHING -> {
        // Most calls go well.
      }
    }
  }

  /** The process stands still, and the history goes on. */
  private void pause(RotationOperator operator, Duration time, int nested) {
    trace.add("  pauses for " + time);
    clock.advance(time);
    isUndisturbed = false;
    if (isElected && time.compareTo(LEASE) >= 0) {
      operator.loseLease();
    }
    for (int i = 0; i < nested && !events.isEmpty(); i++) {
      happen(events.removeFirst());
      laws.check(false);
    }
    trace.add("  " + operator + " wakes");
  }

  /** What both operators share. */
  private final class Shared implements RotationOperator.World {

    @Override
    public MovableClock clock() {
      return clock;
    }

    @Override
    public RotationStage stage() {
      return stage;
    }

    @Override
    public RotationDefect defect() {
      return defect;
    }

    @Override
    public GroundworkConfig config() {
      return grace.equals(DAY) ? LONG_GRACE : SHORT_GRACE;
    }

    @Override
    public GitLab gitlab(RotationOperator operator) {
      Duration[] known = {Duration.ZERO};
      return Intercepted.port(
          GitLab.class,
          gitlab,
          call -> {
            Clock own = operator.clock();
            if (call.is("skew")) {
              return known[0];
            } else if (call.is("serverTime")) {
              return own.instant().plus(known[0]);
            }
            Object answer = interrupt(operator, call);
            // Each answer tells the server's time.
            known[0] = Duration.between(own.instant(), gitlab.serverTime());
            return answer;
          });
    }

    @Override
    public ImageRegistry registry(RotationOperator operator) {
      return Intercepted.port(ImageRegistry.class, registry, call -> interrupt(operator, call));
    }

    @Override
    public Cluster cluster(RotationOperator operator) {
      return Intercepted.port(Cluster.class, stage.cluster(), call -> interrupt(operator, call));
    }
  }
}
