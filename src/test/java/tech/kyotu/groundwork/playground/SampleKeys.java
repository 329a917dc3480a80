package tech.kyotu.groundwork.playground;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import tech.kyotu.groundwork.api.EnvironmentType;

/** The keys of a world with the samples in it. */
final class SampleKeys {
  private static final String PROJECT = "test-project";
  private static final String NAMESPACE = "test-project-dev";

  private final PrintStream out;
  private final Team team;
  private final Deeds deeds;
  private final PassingTime time;
  private boolean broken;

  SampleKeys(World world, PrintStream out) {
    this.out = out;
    this.team = new Team(world.cluster().adminClient(), "default");
    this.deeds = new Deeds(world);
    this.time = new PassingTime(world);
  }

  /**
   * The keys.
   *
   * @param quit ends the run
   */
  Keys keys(Runnable quit) {
    return new Keys(
        List.of(
            new Keys.Key('b', "break GitLab", this::breakOrMend),
            new Keys.Key('t', "+60 days", this::sixtyDays),
            new Keys.Key('d', "drift", this::drift),
            new Keys.Key('e', "another environment", this::anotherEnvironment),
            new Keys.Key('x', "delete", this::delete),
            new Keys.Key('q', "quit", quit)),
        out);
  }

  private void breakOrMend() {
    broken = !broken;
    if (broken) {
      deeds.breakGitLab(503);
    } else {
      deeds.mendGitLab();
    }
    out.println(broken ? "  GitLab answers 503; b mends it" : "  GitLab works again");
  }

  private void sixtyDays() {
    out.println("  sixty days pass for GitLab and the operator");
    time.pass(Duration.ofDays(60), Duration.ofDays(5));
    out.println("  sixty days have passed; kubectl get events tells of the tokens");
  }

  private void drift() {
    deeds.removeRole(NAMESPACE);
    deeds.deletePullSecret(NAMESPACE);
    out.println(
        "  a commit removed the role of " + NAMESPACE + ", and its pull secret was deleted");
  }

  private void anotherEnvironment() {
    team.ask(PROJECT, EnvironmentType.STAGE);
    out.println("  " + PROJECT + " was asked for in stage");
  }

  private void delete() {
    team.delete(PROJECT);
    out.println("  Project " + PROJECT + " is to be deleted");
  }
}
