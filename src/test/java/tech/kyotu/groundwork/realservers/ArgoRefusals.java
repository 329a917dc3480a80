package tech.kyotu.groundwork.realservers;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.realservers.Platform.soon;
import static tech.kyotu.groundwork.realservers.Platform.team;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What an AppProject of ours does not let through, asked for by Applications that somebody made by
 * hand: those of the ApplicationSet cannot even ask for another cluster. One that is let through
 * stands beside them each time. Their folders lie below that of an application, where no
 * ApplicationSet looks.
 */
interface ArgoRefusals {

  /** Where it is tried; for whoever runs these tests to say. */
  Platform platform();

  @Test
  default void noApplicationGoesToAnotherClusterByAddressOrByName() {
    Platform at = platform();
    create("travel");
    at.push("travel-dev", "web/apart", configMap("apart"));
    at.push("travel-dev", "web/home", configMap("home"));
    String url = at.registerCluster("elsewhere");
    at.deployByHand("travel-dev", "web/apart", "by-address", "server: " + url);
    at.deployByHand("travel-dev", "web/apart", "by-name", "name: elsewhere");
    // Only another word: Argo CD makes the address of it that the AppProject allows.
    at.deployByHand("travel-dev", "web/home", "at-home", "name: in-cluster");
    List.of("by-address", "by-name", "at-home").forEach(at::sync);

    String why = "server '%s' and namespace 'travel-dev' do not match any of the allowed";
    awaitRefused("by-address", why.formatted(url));
    awaitRefused("by-name", why.formatted("elsewhere"));
    awaitSynced("at-home");
    assertThat(at.admin().configMaps().inNamespace("travel-dev").withName("home").get())
        .isNotNull();
    assertThat(at.admin().configMaps().inNamespace("travel-dev").withName("apart").get()).isNull();
    remove("travel-dev", "by-address", "by-name", "at-home");
  }

  @Test
  default void noApplicationMakesWhatBelongsToNoNamespace() {
    Platform at = platform();
    create("lofty");
    at.push("lofty-dev", "web/home", configMap("home"));
    at.push(
        "lofty-dev",
        "web/space",
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: lofty-more
        """);
    at.push(
        "lofty-dev",
        "web/role",
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata:
          name: lofty
        rules: []
        """);
    at.deployByHand("lofty-dev", "web/space", "with-namespace");
    at.deployByHand("lofty-dev", "web/role", "with-role");
    at.deployByHand("lofty-dev", "web/home", "without");
    List.of("with-namespace", "with-role", "without").forEach(at::sync);

    awaitRefused("with-namespace", "resource :Namespace is not permitted in project lofty-dev");
    awaitRefused(
        "with-role",
        "resource rbac.authorization.k8s.io:ClusterRole is not permitted in project lofty-dev");
    awaitSynced("without");
    assertThat(at.admin().namespaces().withName("lofty-more").get()).isNull();
    assertThat(at.admin().rbac().clusterRoles().withName("lofty").get()).isNull();
    remove("lofty-dev", "with-namespace", "with-role", "without");
  }

  /** Returns when Argo CD knows the project too: who asks before that has asked once, in vain. */
  private void create(String projectId) {
    platform().create(team(projectId, DEV));
    soon()
        .untilAsserted(
            () -> assertThat(platform().argoNames("AppProject")).contains(projectId + "-dev"));
  }

  private void awaitRefused(String application, String why) {
    soon()
        .untilAsserted(
            () -> {
              assertThat(platform().argo("Application", application, "status")).contains(why);
              assertThat(
                      platform()
                          .argo("Application", application, "status", "operationState", "phase"))
                  .isIn("Failed", "Error");
            });
  }

  private void awaitSynced(String application) {
    soon()
        .untilAsserted(
            () ->
                assertThat(platform().argo("Application", application, "status", "sync", "status"))
                    .isEqualTo("Synced"));
  }

  private void remove(String name, String... applications) {
    List.of(applications).forEach(platform()::removeByHand);
    platform().delete(name);
    platform().awaitGone(name);
  }

  private static String configMap(String name) {
    return """
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: %s
    """
        .formatted(name);
  }
}
