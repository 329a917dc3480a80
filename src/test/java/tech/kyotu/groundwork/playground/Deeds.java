package tech.kyotu.groundwork.playground;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import tech.kyotu.groundwork.gitlab.simulator.Fault;

/** What goes wrong in a world because somebody does it. */
record Deeds(World world) {

  /** GitLab answers everything with this status from now on, and does nothing. */
  void breakGitLab(int status) {
    mendGitLab();
    String body = "{\"message\":\"" + status + "\"}";
    world.gitlab().arm(Fault.on("*", "/*").always().replies(status, "application/json", body));
  }

  /** GitLab does what it is asked for, but the answer to the next creation of a kind is lost. */
  void loseAnswersOf(String... routes) {
    mendGitLab();
    for (String route : routes) {
      world.gitlab().arm(Fault.on("POST", route).afterCommit().closes());
    }
  }

  /** GitLab works. */
  void mendGitLab() {
    world.gitlab().disarm();
  }

  /** A person commits the removal of the developers' role in a namespace. */
  void removeRole(String namespace) {
    String path = "projects/" + namespace + "/tenant.yaml";
    String file = world.flux().files().get(path);
    if (file == null) {
      throw new IllegalStateException("there is no " + path);
    }
    String without =
        Arrays.stream(file.split("(?m)^---\n"))
            .filter(document -> !document.contains("kind: RoleBinding"))
            .collect(Collectors.joining("---\n"));
    var unused = world.flux().commit("Take the role away", Map.of(path, without));
  }

  /** Somebody deletes the pull secret of a namespace. */
  void deletePullSecret(String namespace) {
    var unused =
        world
            .cluster()
            .adminClient()
            .secrets()
            .inNamespace(namespace)
            .withName(ClusterCheck.PULL_SECRET)
            .delete();
  }
}
