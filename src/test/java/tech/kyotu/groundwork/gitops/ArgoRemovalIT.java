package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.kubernetes.Fabric8Cluster;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.ArgoKinds;
import tech.kyotu.groundwork.testing.ArgoKinds.Kind;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.MovableClock;
import tech.kyotu.groundwork.testing.Settings;
import tech.kyotu.groundwork.testing.SharedServers;

/** The phases of a removal against Argo CD's objects on a real API server. */
@ExtendWith(SharedServers.class)
class ArgoRemovalIT {

  private static final String FILE = "applications/shop-dev.yaml";
  private static final String NAME = "shop-dev";

  private final ControlPlane control;
  private final LaneBench bench = new LaneBench(PathFence.DEPLOYMENT, Map.of("README.md", "hello"));
  private final MovableClock clock = MovableClock.at("2026-11-20T12:00:00Z");
  private final Project shop = aProject("shop").retainingItsNamespace().build();
  private String argo;
  private StepWalk walk;

  ArgoRemovalIT(ControlPlane control) {
    this.control = control;
  }

  @BeforeEach
  void inPlace() throws StepException {
    argo = control.newNamespace("argocd");
    GroundworkConfig config = Settings.of(Map.of("argo.namespace", argo));
    bench.projects.add(shop);
    bench.lane.turn();
    Fabric8Cluster cluster =
        new Fabric8Cluster(
            control.adminClient(), config, () -> bench.projects, (mark, thing) -> {});
    walk =
        new StepWalk(
            bench,
            new ArgoApplicationsStep(
                bench.lane, new TemplateFolder(config), cluster, config, clock));
    walk.converge(shop);
  }

  @Test
  void takesEachThingOnlyWhenArgoCdHasFollowed() throws StepException {
    try (ArgoKinds kinds = new ArgoKinds(control.adminClient())) {
      kinds.appProject(argo, NAME);
      kinds.applicationSet(argo, "shop-dev-apps", NAME);
      kinds.application(argo, "shop-dev-web", NAME, ArgoKinds.RESOURCES_FINALIZER);
      kinds.application(argo, "by-hand", NAME);
      kinds.application(argo, "others", "others-dev", ArgoKinds.RESOURCES_FINALIZER);

      assertThat(waiting()).contains("spares what 1 Application deployed: shop-dev-web.");
      assertThat(file()).contains("kind: ApplicationSet", "preserveResourcesOnDeletion: true");

      kinds.release(Kind.APPLICATION, argo, "shop-dev-web");
      assertThat(waiting()).contains("1 Argo CD ApplicationSet: shop-dev-apps.");
      assertThat(file()).contains("kind: AppProject").doesNotContain("ApplicationSet");

      kinds.remove(Kind.APPLICATION_SET, argo, "shop-dev-apps");
      assertThat(waiting()).contains("2 Argo CD Applications: by-hand, shop-dev-web.");
      kinds.remove(Kind.APPLICATION, argo, "shop-dev-web");
      assertThat(waiting()).contains("1 Argo CD Application: by-hand.");
      assertThat(file()).contains("kind: AppProject");

      kinds.remove(Kind.APPLICATION, argo, "by-hand");
      assertThat(waiting()).contains("waits until Argo CD has removed AppProject shop-dev.");
      assertThat(bench.repository.onServer(FILE)).isEmpty();

      kinds.remove(Kind.APP_PROJECT, argo, NAME);
      assertThat(walk.release(shop).waitsFor()).isEmpty();
      assertThat(walk.held.things()).isEmpty();
    }
  }

  @Test
  void touchesAnAppProjectThatHasStoodStillSinceItsDeletion() throws StepException {
    try (ArgoKinds kinds = new ArgoKinds(control.adminClient())) {
      kinds.appProject(argo, NAME);
      kinds.the(Kind.APP_PROJECT, argo, NAME).delete();
      String asDeleted = version(kinds);
      clockShows(deletedAt(kinds).plusSeconds(59));
      assertThat(waiting()).contains("AppProject shop-dev");
      assertThat(version(kinds)).isEqualTo(asDeleted);

      clockShows(deletedAt(kinds).plusSeconds(60));
      // The walk plans again after the touch: a second one would change it once more.
      assertThat(waiting()).contains("AppProject shop-dev");
      String touched = version(kinds);
      assertThat(touched).isNotEqualTo(asDeleted);
      assertThat(waiting()).contains("AppProject shop-dev");
      assertThat(version(kinds)).isEqualTo(touched);
    }
  }

  @Test
  void goesNoFurtherWhereTheClusterServesNoApplications() {
    assertThatThrownBy(() -> walk.release(shop))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.PREREQUISITE_MISSING);
              assertThat(e.sentence()).contains("applications.argoproj.io");
            });
    assertThat(file()).contains("kind: ApplicationSet");
  }

  private String waiting() throws StepException {
    Outcome.Waiting waiting = walk.release(shop).waitsFor().orElseThrow();
    assertThat(waiting.reason()).isEqualTo(Reason.WAITING_FOR_REMOVAL);
    return waiting.message();
  }

  private String file() {
    return bench.repository.onServer(FILE).orElseThrow();
  }

  private String version(ArgoKinds kinds) {
    return kinds.the(Kind.APP_PROJECT, argo, NAME).get().getMetadata().getResourceVersion();
  }

  private Instant deletedAt(ArgoKinds kinds) {
    return Instant.parse(
        kinds.the(Kind.APP_PROJECT, argo, NAME).get().getMetadata().getDeletionTimestamp());
  }

  private void clockShows(Instant time) {
    clock.advance(Duration.between(clock.instant(), time));
  }
}
