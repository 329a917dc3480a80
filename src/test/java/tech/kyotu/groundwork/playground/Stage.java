package tech.kyotu.groundwork.playground;

import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import tech.kyotu.groundwork.cli.InProcess;

/**
 * Where a {@link Scenario} is played: a world with the operator in it, a team whose Projects are
 * the scenario's alone, and a place to print to.
 */
final class Stage {
  private final World world;
  private final Team team;
  private final PrintStream out;
  private final InProcess commandLine;

  Stage(World world, Team team, PrintStream out) {
    this.world = world;
    this.team = team;
    this.out = out;
    this.commandLine =
        new InProcess(
            world.cluster().kubeconfig(world.places().out().resolve("kubeconfig")),
            world.consoleUrl(),
            new ShownClock(world));
  }

  World world() {
    return world;
  }

  Team team() {
    return team;
  }

  /** Says what will happen next, and what to look at. */
  void tell(String sentences) {
    out.println();
    sentences.strip().lines().forEach(line -> out.println("# " + line));
  }

  /**
   * The three views: all Projects, one of them drawn, and the newest event of it of this reason.
   */
  void show(String name, String reason) {
    show(name, reason, "");
  }

  /** The same with an event that has these words. */
  void show(String name, String reason, String words) {
    Event event = team.awaitEvent(name, reason, words);
    showTable();
    out.println("$ kubectl project trace " + name + " -n " + team.namespace());
    commandLine
        .type("trace", name, "-n", team.namespace())
        .lines()
        .forEach(line -> out.println("  " + line));
    showEvent(event);
  }

  /** What is left to see of a Project that is gone. */
  void showGone(String name, String reason) {
    Event event = team.awaitEvent(name, reason, "");
    showTable();
    showEvent(event);
  }

  /** Something that was looked up in the systems themselves. */
  void found(String what, Object value) {
    out.println("= " + what + ": " + value);
  }

  private void showTable() {
    out.println("$ kubectl get projects -n " + team.namespace());
    if (team.projects().isEmpty()) {
      out.println("  none");
    }
    new ProjectTable(out, 0).show(team.projects());
  }

  private void showEvent(Event event) {
    out.println("$ kubectl get events -n " + team.namespace());
    out.println(
        "  %s  %s  %s  %s"
            .formatted(
                event.getType(),
                event.getReason(),
                event.getRegarding().getName(),
                event.getNote()));
  }

  /** Ages are told by the time that is played. */
  private static final class ShownClock extends Clock {
    private final World world;

    ShownClock(World world) {
      this.world = world;
    }

    @Override
    public Instant instant() {
      return world.now();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return Clock.system(zone);
    }
  }
}
