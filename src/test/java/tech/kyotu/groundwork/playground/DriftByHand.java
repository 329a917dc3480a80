package tech.kyotu.groundwork.playground;

import tech.kyotu.groundwork.api.EnvironmentType;

/** People take away what Groundwork made. */
record DriftByHand() implements Scenario {

  @Override
  public String name() {
    return "drift-by-hand";
  }

  @Override
  public String title() {
    return "A commit removes a role, somebody deletes the pull secret; both come back.";
  }

  @Override
  public void play(Stage stage) {
    Team team = stage.team();
    Deeds deeds = new Deeds(stage.world());
    team.ask("steady", EnvironmentType.DEV);
    team.awaitReady("steady-dev");
    String file = "projects/steady-dev/tenant.yaml";
    String wanted = stage.world().flux().files().get(file);

    stage.tell(
        """
        A person commits to the Flux repository, and takes the role of the developers of steady-dev
        away. It comes back by a commit; the event names the author.\
        """);
    deeds.removeRole("steady-dev");
    team.await("the role is back", () -> wanted.equals(stage.world().flux().files().get(file)));
    team.awaitReady("steady-dev");
    stage.show("steady-dev", "DriftRepaired", "tenant.yaml");

    stage.tell("Somebody deletes the pull secret. It comes back with a token of its own.");
    deeds.deletePullSecret("steady-dev");
    team.awaitEvent("steady-dev", "DriftRepaired", "Secret");
    team.awaitReady("steady-dev");
    stage.show("steady-dev", "DriftRepaired", "Secret");
    stage.found("the role is as it was", wanted.equals(stage.world().flux().files().get(file)));
  }
}
