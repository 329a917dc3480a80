package tech.kyotu.groundwork.playground;

import java.time.Duration;
import tech.kyotu.groundwork.api.EnvironmentType;

/** A token's whole life. */
record SixtyDaysLater() implements Scenario {
  private static final String IMAGE = World.PARENT_GROUP + "/lasting/web";

  @Override
  public String name() {
    return "sixty-days-later";
  }

  @Override
  public String title() {
    return "A token is rotated, and the old one revoked, while pulls go on.";
  }

  @Override
  public void play(Stage stage) {
    Tally tally = new Tally(stage.world());
    PassingTime time = new PassingTime(stage.world());
    stage.team().ask("lasting", EnvironmentType.DEV);
    stage.team().awaitReady("lasting-dev");
    try (Puller puller = new Puller(stage.world(), "lasting-dev", IMAGE)) {
      stage.tell(
          """
          Forty-five days pass for GitLab and the operator. The token of lasting-dev, which lives for
          sixty, falls due: the registry must accept a new one before the pull secret gets it, and
          the old one lives on for a day, for pods that still have it.\
          """);
      time.pass(Duration.ofDays(45), Duration.ofDays(15));
      stage.show("lasting-dev", "TokenRotated");
      stage.found("tokens that work", tally.livingTokens("lasting"));

      stage.tell(
          """
          Another fifteen days, at whose end the first token would have died. It was revoked after its
          day of grace.\
          """);
      time.pass(Duration.ofDays(15), Duration.ofDays(5));
      stage.show("lasting-dev", "TokenRevoked");
      stage.found("tokens that work", tally.livingTokens("lasting"));
      stage.found("tokens ever made", tally.tokens("lasting"));
      stage.team().await("pulls", () -> puller.pulls() > 0);
      stage.found("failed pulls, of one every moment", puller.failures());
    }
  }
}
