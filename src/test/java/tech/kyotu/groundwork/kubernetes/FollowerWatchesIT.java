package tech.kyotu.groundwork.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.kubernetes.FollowerViews.AppProjectRights;
import tech.kyotu.groundwork.kubernetes.FollowerViews.ApplicationSetHealth;
import tech.kyotu.groundwork.testing.ArgoKinds;
import tech.kyotu.groundwork.testing.ArgoKinds.Kind;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.SharedServers;

/** The watches on a real API server, with the rights of the packaged role and no others. */
@ExtendWith(SharedServers.class)
class FollowerWatchesIT {

  private static final ProjectName SHOP = aProject("shop").build().name();
  private static final String UID = aProject("shop").build().uid();
  private static final String OURS =
      """
      {"metadata": {"labels": {"app.kubernetes.io/managed-by": "groundwork"},
        "annotations": {"kyotu.tech/project-uid": "%s"}},
       "spec": {"description": "any", "roles": [{"name": "developer", "groups": ["%s"]}]},
       "status": {"conditions": [{"type": "ErrorOccurred", "status": "%s", "message": "no branch"}]}}
      """;

  private final ControlPlane control;
  private final Queue<String> moved = new ConcurrentLinkedQueue<>();

  FollowerWatchesIT(ControlPlane control) {
    this.control = control;
  }

  @Test
  void seesNothingWhereNothingIsServedAndAllOnceItIs() {
    Manifests.install(control);
    String argo = control.newNamespace("argocd");
    try (KubernetesClient operator = Manifests.asOperator(control);
        FollowerWatches watches = new FollowerWatches(operator, argo, moved::add, moved::add)) {
      watches.start();
      assertThat(watches.seesArgoCd()).isFalse();
      assertThat(watches.kustomization("projects")).isEmpty();
      assertThat(watches.appProjectRights(SHOP)).isEmpty();

      try (ArgoKinds kinds = new ArgoKinds(control.adminClient())) {
        soon().until(watches::seesArgoCd);
        follows(watches, kinds, argo);
      }
    }
  }

  private void follows(FollowerWatches watches, ArgoKinds kinds, String argo) {
    kinds.appProject(argo, "shop-dev");
    kinds.applicationSet(argo, "shop-dev-apps", "shop-dev");
    patch(
        kinds, Kind.APP_PROJECT, argo, "shop-dev", OURS.formatted(UID, "old@example.com", "False"));
    patch(kinds, Kind.APPLICATION_SET, argo, "shop-dev-apps", OURS.formatted(UID, "", "False"));
    soon()
        .untilAsserted(
            () -> {
              assertThat(watches.appProjectRights(SHOP)).contains(rights("old@example.com"));
              assertThat(watches.applicationSet("shop-dev-apps"))
                  .contains(new ApplicationSetHealth(UID, Optional.empty()));
            });
    assertThat(moved).contains("shop-dev", "shop-dev-apps");

    patch(
        kinds, Kind.APP_PROJECT, argo, "shop-dev", OURS.formatted(UID, "new@example.com", "False"));
    patch(kinds, Kind.APPLICATION_SET, argo, "shop-dev-apps", OURS.formatted(UID, "", "True"));
    soon()
        .untilAsserted(
            () -> {
              assertThat(watches.appProjectRights(SHOP)).contains(rights("new@example.com"));
              assertThat(watches.applicationSet("shop-dev-apps"))
                  .contains(new ApplicationSetHealth(UID, Optional.of("no branch")));
            });
    kinds.remove(Kind.APP_PROJECT, argo, "shop-dev");
    soon().until(() -> watches.appProjectRights(SHOP).isEmpty());
  }

  private static void patch(ArgoKinds kinds, Kind kind, String argo, String name, String patch) {
    kinds.the(kind, argo, name).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private static AppProjectRights rights(String group) {
    return new AppProjectRights(
        UID,
        AppProjectRights.of(
            Map.of("roles", List.of(Map.of("name", "developer", "groups", List.of(group))))));
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100));
  }
}
