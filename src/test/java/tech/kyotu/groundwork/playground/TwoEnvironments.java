package tech.kyotu.groundwork.playground;

import tech.kyotu.groundwork.api.EnvironmentType;

/** What two environments of a project share outlives one of them. */
record TwoEnvironments() implements Scenario {
  private static final String IMAGE = World.PARENT_GROUP + "/twin/web";

  @Override
  public String name() {
    return "two-environments";
  }

  @Override
  public String title() {
    return "dev and qa share a GitLab group; deleting dev takes nothing from qa.";
  }

  @Override
  public void play(Stage stage) {
    Team team = stage.team();
    Tally tally = new Tally(stage.world());
    team.ask("twin", EnvironmentType.DEV);
    team.awaitReady("twin-dev");

    stage.tell(
        "A second environment of a project that is there: the group is found, all else is\n"
            + "its own.");
    team.ask("twin", EnvironmentType.QA);
    team.awaitReady("twin-qa");
    stage.show("twin-qa", "GroupFound");
    stage.found("groups made at platform/twin", tally.groupsMade("twin"));
    stage.found("living tokens of it", tally.livingTokens("twin"));

    stage.tell("twin-dev is deleted. The token of twin-qa lives, and still pulls.");
    try (Puller puller = new Puller(stage.world(), "twin-qa", IMAGE)) {
      team.delete("twin-dev");
      team.awaitGone("twin-dev");
      team.await("pulls", () -> puller.pulls() > 0);
      team.look("twin-qa", "alone");
      stage.show("twin-qa", "Provisioned");
      stage.found("living tokens of platform/twin", tally.livingTokens("twin"));
      stage.found("files of twin-dev in the repositories", tally.files("twin-dev"));
      stage.found("failed pulls of twin-qa", puller.failures());
    }
  }
}
