package tech.kyotu.groundwork.playground;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.Project;

/** A deletion, from the protection against it to what is left. */
record DeleteProject() implements Scenario {
  private static final String NAME = "leaving-dev";
  private static final String HELD = "held";
  private static final String FILE = "manifests/leaving-dev/web/settings.yaml";

  @Override
  public String name() {
    return "delete";
  }

  @Override
  public String title() {
    return "Protection first; then all goes in order; group, repositories and files stay.";
  }

  @Override
  public void play(Stage stage) {
    Team team = stage.team();
    KubernetesClient admin = stage.world().cluster().adminClient();
    team.ask("leaving", EnvironmentType.DEV);
    team.awaitReady(NAME);
    stage.world().deployment().commit("Add settings", Map.of(FILE, "kind: ConfigMap\n"));

    stage.tell("leaving-dev is protected, then somebody deletes it. The API server refuses.");
    team.annotate(NAME, Project.DELETION_PROTECTION, "true");
    stage.found("refused", refusal(team));
    stage.show(NAME, "Provisioned");

    stage.tell(
        """
        The protection is taken away, and leaving-dev deleted. A finalizer of the developers holds
        something in its namespace, so one can see the order: what gives rights goes first.\
        """);
    hold(admin);
    team.annotate(NAME, Project.DELETION_PROTECTION, "false");
    team.delete(NAME);
    team.awaitDone(NAME, "removing 5/6");
    team.awaitReason(
        NAME,
        "NamespaceReady",
        "WaitingForRemoval",
        "configmaps. has 1 resource instances; Some content");
    stage.show(NAME, "RemovalStarted");

    stage.tell("The developers let go.");
    admin
        .configMaps()
        .inNamespace(NAME)
        .withName(HELD)
        .edit(it -> it.edit().editMetadata().withFinalizers().endMetadata().build());
    team.awaitGone(NAME);
    stage.showGone(NAME, "Removed");
    Tally tally = new Tally(stage.world());
    stage.found(
        "living tokens of platform/leaving, a group that stays", tally.livingTokens("leaving"));
    stage.found("files of leaving-dev in the repositories", tally.files(NAME));
    stage.found(FILE + " stays", stage.world().deployment().files().containsKey(FILE));
    stage.found("namespace is there", admin.namespaces().withName(NAME).get() != null);
  }

  private static String refusal(Team team) {
    try {
      team.delete(NAME);
      throw new IllegalStateException("a protected Project was deleted");
    } catch (KubernetesClientException e) {
      return e.getStatus().getMessage();
    }
  }

  private static void hold(KubernetesClient admin) {
    var unused =
        admin
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName(HELD)
                    .withNamespace(NAME)
                    .withFinalizers("example.com/wait")
                    .endMetadata()
                    .build())
            .create();
  }
}
