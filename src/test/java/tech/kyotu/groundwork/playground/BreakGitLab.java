package tech.kyotu.groundwork.playground;

import tech.kyotu.groundwork.api.EnvironmentType;

/** GitLab is away, then asks for patience, then loses its answers. */
record BreakGitLab() implements Scenario {

  @Override
  public String name() {
    return "break-gitlab";
  }

  @Override
  public String title() {
    return "GitLab answers 503, then 429, then nothing after it has done its work.";
  }

  @Override
  public void play(Stage stage) {
    Team team = stage.team();
    Deeds deeds = new Deeds(stage.world());
    team.ask("settled", EnvironmentType.DEV);
    team.awaitReady("settled-dev");

    stage.tell(
        """
        GitLab answers 503 to everything. settled-dev stays Ready; newcomer-dev, which is asked for
        now, waits. What does not need GitLab is made meanwhile.\
        """);
    deeds.breakGitLab(503);
    team.ask("newcomer", EnvironmentType.DEV);
    team.awaitReason("newcomer-dev", "GitLabGroupReady", "RemoteUnavailable");
    team.awaitDone("newcomer-dev", "4/6");
    stage.show("newcomer-dev", "RemoteUnavailable");

    stage.tell(
        "GitLab is back, but answers 429: too many requests. Nobody is to blame, so it is\n"
            + "waited for again.");
    deeds.breakGitLab(429);
    team.awaitReason("newcomer-dev", "GitLabGroupReady", "RateLimited");
    stage.show("newcomer-dev", "RateLimited");

    stage.tell(
        """
        GitLab works, but the answers to the creation of the group and of the token are lost after
        it has made them. What was made is found, and nothing is made twice.\
        """);
    deeds.loseAnswersOf("/groups", "/groups/:id/access_tokens");
    team.awaitReady("newcomer-dev");
    stage.show("newcomer-dev", "Recovered");
    Tally tally = new Tally(stage.world());
    stage.found("groups made at platform/newcomer", tally.groupsMade("newcomer"));
    stage.found("living tokens of newcomer-dev", tally.livingTokens("newcomer"));
    stage.found("commits for newcomer-dev", tally.commits(team.project("newcomer-dev")));
    deeds.mendGitLab();
  }
}
