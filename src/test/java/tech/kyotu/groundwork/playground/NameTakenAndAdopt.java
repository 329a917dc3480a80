package tech.kyotu.groundwork.playground;

import io.fabric8.kubernetes.client.KubernetesClient;
import tech.kyotu.groundwork.api.EnvironmentType;

/** What is there already: another Project of the same name, and a namespace of nobody. */
record NameTakenAndAdopt() implements Scenario {
  private static final String OLDER = "older-prod";

  @Override
  public String name() {
    return "name-taken-and-adopt";
  }

  @Override
  public String title() {
    return "A second Project for one name; an existing namespace that survives its Project.";
  }

  @Override
  public void play(Stage stage) {
    Team team = stage.team();
    KubernetesClient admin = stage.world().cluster().adminClient();
    team.ask("first", EnvironmentType.DEV);
    team.awaitReady("first-dev");

    stage.tell("A second Project asks for first-dev. It gets nothing, and says whose the name is.");
    team.ask("another", "first", EnvironmentType.DEV);
    team.awaitReason("another", "Stalled", "NameTaken");
    stage.show("another", "NameTaken");

    stage.tell("A Project asks for older-prod, a namespace that was there before: it is adopted.");
    team.makeNamespace(OLDER);
    team.ask("older", EnvironmentType.PROD);
    team.awaitReady(OLDER);
    stage.show(OLDER, "NamespaceAdopted");

    stage.tell("Both are deleted. What was there before stays, without our marks.");
    team.delete("another");
    team.delete(OLDER);
    team.awaitGone("another");
    team.awaitGone(OLDER);
    stage.show("first-dev", "Provisioned");
    stage.found(
        "marks of ours on namespace older-prod",
        admin.namespaces().withName(OLDER).require().getMetadata().getLabels().keySet().stream()
            .filter(label -> label.startsWith("kyotu.tech/"))
            .count());
    stage.found("living tokens of platform/first", new Tally(stage.world()).livingTokens("first"));
  }
}
