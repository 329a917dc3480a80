package tech.kyotu.groundwork.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.kubernetes.Cluster.AppProjectView;
import tech.kyotu.groundwork.kubernetes.Cluster.ArgoApplication;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.ArgoKinds;
import tech.kyotu.groundwork.testing.ArgoKinds.Kind;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.SharedServers;

/** Argo CD's objects on a real API server, with the rights of the packaged role and no others. */
@ExtendWith(SharedServers.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FollowersIT {

  private static final ProjectName SHOP = aProject("shop").build().name();
  private static final String NAME = SHOP.value();
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

  private final ControlPlane control;
  private KubernetesClient operator;
  private ArgoKinds kinds;
  private String argo;
  private Followers followers;

  FollowersIT(ControlPlane control) {
    this.control = control;
  }

  @BeforeAll
  void serve() {
    Manifests.install(control);
    operator = Manifests.asOperator(control);
    kinds = new ArgoKinds(control.adminClient());
  }

  @AfterAll
  void leave() {
    kinds.close();
    operator.close();
  }

  @BeforeEach
  void aNamespaceOfArgoCd() {
    argo = control.newNamespace("argocd");
    followers = new Followers(operator, argo);
  }

  @Test
  void findsTheApplicationsOfTheProjectAndWhatTheirDeletionWouldTake() throws StepException {
    String elsewhere = control.newNamespace("elsewhere");
    kinds.application(argo, "shop-dev-web", NAME, ArgoKinds.RESOURCES_FINALIZER);
    kinds.application(argo, "by-hand", NAME, ArgoKinds.RESOURCES_FINALIZER + "/background");
    kinds.application(argo, "hooked", NAME, "post-delete-finalizer.argocd.argoproj.io");
    kinds.application(argo, "spared", NAME);
    kinds.application(argo, "others", "shop-dev-2", ArgoKinds.RESOURCES_FINALIZER);
    kinds.application(elsewhere, "shop-dev-web", NAME, ArgoKinds.RESOURCES_FINALIZER);

    assertThat(followers.argoApplicationsOf(SHOP))
        .containsExactly(
            new ArgoApplication("by-hand", true, false),
            new ArgoApplication("hooked", false, false),
            new ArgoApplication("shop-dev-web", true, false),
            new ArgoApplication("spared", false, false));
  }

  @Test
  void findsTheSetsOfTheProject() throws StepException {
    kinds.applicationSet(argo, "shop-dev-configs", NAME);
    kinds.applicationSet(argo, "shop-dev-apps", NAME);
    kinds.applicationSet(argo, "templated", "{{.project}}");

    assertThat(followers.argoApplicationSetsOf(SHOP))
        .containsExactly("shop-dev-apps", "shop-dev-configs");
  }

  @Test
  void takesAnsweredListsThatHoldNoneForAbsence() throws StepException {
    assertThat(followers.argoApplicationsOf(SHOP)).isEmpty();
    assertThat(followers.argoApplicationSetsOf(SHOP)).isEmpty();
    assertThat(followers.appProject(SHOP)).isEmpty();
  }

  @Test
  void knowsSinceWhenAnAppProjectThatGoesIsQuiet() throws StepException {
    kinds.appProject(argo, NAME);
    assertThat(seen().quietSince()).isEmpty();

    kinds.the(Kind.APP_PROJECT, argo, NAME).delete();

    assertThat(seen().quietSince())
        .contains(Instant.parse(stored().getMetadata().getDeletionTimestamp()));
  }

  @Test
  void touchesAnAppProjectThatGoesAndNothingButAnAnnotationOfIt() throws StepException {
    GenericKubernetesResource before = going();
    AppProjectView seen = seen();

    followers.touchAppProject(seen, NOW);

    assertThat(stored().getMetadata().getResourceVersion()).isNotEqualTo(seen.resourceVersion());
    assertThat(stored().getMetadata().getAnnotations())
        .containsEntry("kyotu.tech/touched-at", NOW.toString());
    assertThat(stored().getMetadata().getFinalizers())
        .containsExactly(ArgoKinds.RESOURCES_FINALIZER);
    assertThat(stored().getAdditionalProperties()).isEqualTo(before.getAdditionalProperties());
    assertThat(seen().quietSince()).contains(NOW);
  }

  @Test
  void readsNoTimeWhereSomebodyElseWrote() throws StepException {
    GenericKubernetesResource before = going();
    kinds
        .the(Kind.APP_PROJECT, argo, NAME)
        .edit(
            stored -> {
              stored.getMetadata().setAnnotations(Map.of("kyotu.tech/touched-at", "yesterday"));
              return stored;
            });

    assertThat(seen().quietSince())
        .contains(Instant.parse(before.getMetadata().getDeletionTimestamp()));
  }

  @Test
  void touchesNothingThatMovedOnOrIsGone() throws StepException {
    going();
    AppProjectView old = seen();
    followers.touchAppProject(old, NOW);
    AppProjectView next = seen();

    followers.touchAppProject(old, NOW.plusSeconds(60));
    assertThat(seen()).isEqualTo(next);

    kinds.release(Kind.APP_PROJECT, argo, NAME);
    followers.touchAppProject(next, NOW.plusSeconds(60));
    assertThat(followers.appProject(SHOP)).isEmpty();
  }

  @Test
  void mayTouchOnlyAnAppProjectThatGoesAndOnlyItsAnnotations() throws StepException {
    kinds.appProject(argo, NAME);
    String annotation = "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}";
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertRefused(annotation, "that is being deleted"));

    kinds.the(Kind.APP_PROJECT, argo, NAME).delete();

    assertRefused("{\"spec\":{\"sourceRepos\":[\"*\"]}}", "only annotations");
    assertRefused("{\"metadata\":{\"finalizers\":null}}", "only annotations");
    followers.touchAppProject(seen(), NOW);
    assertThat(stored().getMetadata().getAnnotations()).containsKey("kyotu.tech/touched-at");
  }

  private void assertRefused(String patch, String because) {
    assertThatThrownBy(
            () ->
                operator
                    .genericKubernetesResources("argoproj.io/v1alpha1", "AppProject")
                    .inNamespace(argo)
                    .withName(NAME)
                    .patch(PatchContext.of(PatchType.JSON_MERGE), patch))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("groundwork-operator-appprojects")
        .hasMessageContaining(because);
  }

  private GenericKubernetesResource going() {
    kinds.appProject(argo, NAME);
    kinds.the(Kind.APP_PROJECT, argo, NAME).delete();
    return stored();
  }

  private GenericKubernetesResource stored() {
    return Optional.ofNullable(kinds.the(Kind.APP_PROJECT, argo, NAME).get()).orElseThrow();
  }

  private AppProjectView seen() throws StepException {
    return followers.appProject(SHOP).orElseThrow();
  }
}
