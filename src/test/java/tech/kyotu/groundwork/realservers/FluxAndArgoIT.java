package tech.kyotu.groundwork.realservers;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.api.EnvironmentType.PROD;
import static tech.kyotu.groundwork.api.EnvironmentType.QA;
import static tech.kyotu.groundwork.realservers.Platform.soon;
import static tech.kyotu.groundwork.realservers.Platform.team;

import io.fabric8.kubernetes.api.model.ConfigMap;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tech.kyotu.groundwork.testing.FollowerBinary;
import tech.kyotu.groundwork.testing.ServerBinary;

/** What Flux and Argo CD make of a Project's files, and that they let go of all of it. */
@Tag("real-servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FluxAndArgoIT implements ArgoRefusals {
  private static final String WEB =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: web
      data:
        greeting: hello
      """;

  private Platform platform;

  @Override
  public Platform platform() {
    return platform;
  }

  @BeforeAll
  void start() {
    ServerBinary.require(ServerBinary.values());
    FollowerBinary.require(FollowerBinary.values());
    platform = Platform.start("real-servers");
  }

  @AfterAll
  void end() {
    if (platform != null) { // where a server is missing, nothing was started
      platform.close();
    }
  }

  @Test
  void aProjectIsAppliedAndTakenAwayWhileItsSiblingStays() {
    platform.create(team("shop", DEV));
    platform.create(team("shop", PROD));
    platform.push("shop-dev", "web", WEB);
    platform.push("shop-prod", "web", WEB);

    assertApplied("shop-dev", "edit");
    assertApplied("shop-prod", "view");
    String uidOfSibling = webOf("shop-prod").getMetadata().getUid();

    platform.delete("shop-dev");
    platform.awaitGone("shop-dev");
    assertNothingLeftOf("shop-dev");
    assertApplied("shop-prod", "view");
    assertThat(webOf("shop-prod").getMetadata().getUid()).isEqualTo(uidOfSibling);

    // The last one: both repositories then hold no object at all.
    platform.delete("shop-prod");
    platform.awaitGone("shop-prod");
    assertNothingLeftOf("shop-prod");
    soon()
        .untilAsserted(
            () -> assertThat(platform.applied("projects")).isEqualTo(platform.flux().tip()));
    assertThat(platform.isContent("projects")).isTrue();
    soon()
        .untilAsserted(
            () ->
                assertThat(platform.argo("Application", "root", "status", "sync", "revision"))
                    .isEqualTo(platform.deployment().tip()));
  }

  @Test
  void whatArgoCdRefusesToDeployHoldsUpNobodyElse() {
    platform.create(team("greedy", QA));
    platform.push(
        "greedy-qa",
        "rights",
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata:
          name: everything
        roleRef:
          apiGroup: rbac.authorization.k8s.io
          kind: ClusterRole
          name: admin
        subjects:
          - kind: ServiceAccount
            name: default
        """);
    platform.push(
        "greedy-qa", "elsewhere", WEB.replace("name: web", "name: web\n  namespace: default"));

    awaitRefused("greedy-qa-rights", "RoleBinding is not permitted in project greedy-qa");
    awaitRefused("greedy-qa-elsewhere", "namespace default is not permitted in project");
    assertThat(bindingsOf("greedy-qa")).containsOnlyKeys("groundwork-developers");
    assertThat(platform.admin().configMaps().inNamespace("default").withName("web").get()).isNull();

    // Argo CD first finishes its tries (for a minute and a half), then deletes.
    platform.delete("greedy-qa");
    soon()
        .untilAsserted(
            () ->
                assertThat(platform.conditions("greedy-qa"))
                    .contains(
                        "Waits for 2 Argo CD Applications: greedy-qa-elsewhere,"
                            + " greedy-qa-rights."));
    platform.create(team("prompt", DEV));
    platform.push("prompt-dev", "web", WEB);
    assertApplied("prompt-dev", "edit");
    platform.delete("prompt-dev");
    platform.awaitGone("prompt-dev");
    assertThat(platform.argoNames("Application")).contains("greedy-qa-rights");
    platform.awaitGone("greedy-qa", Duration.ofMinutes(4));
    assertNothingLeftOf("greedy-qa");
  }

  @Test
  void aBrokenFileBesideItHoldsUpADeletionUntilItIsMended() {
    for (String name : List.of("solid", "firm")) {
      platform.create(team(name, DEV));
      platform.push(name + "-dev", "web", WEB);
      assertApplied(name + "-dev", "edit");
    }
    String broken = "projects/by-hand/tenant.yaml";
    String rest = platform.flux().commit("Break it", Map.of(broken, "kind: [Nonsense"));
    soon().untilAsserted(() -> assertThat(platform.applied("platform")).isEqualTo(rest));
    soon().untilAsserted(() -> assertThat(platform.isContent("projects")).isFalse());

    soon()
        .untilAsserted(
            () ->
                assertThat(platform.conditions("firm-dev"))
                    .startsWith("Ready True ")
                    .contains(
                        "Applied False ApplyFailed Flux Kustomization flux-system/projects failed"
                            + " on "
                            + rest.substring(0, 7)));
    platform.delete("solid-dev");
    soon()
        .untilAsserted(
            () ->
                assertThat(platform.conditions("solid-dev"))
                    .contains("FluxRbacReady False WaitingForRemoval", "Flux last applied"));
    assertThat(bindingsOf("solid-dev")).containsKey("groundwork-developers");

    platform.flux().commit("Mend it", Map.of(), broken);
    platform.awaitGone("solid-dev");
    assertNothingLeftOf("solid-dev");
    assertApplied("firm-dev", "edit");
  }

  @Test
  void anotherGroupHasTheRightsAndTheFormerHasNone() {
    platform.create(team("moved", DEV));
    platform.push("moved-dev", "web", WEB);
    assertApplied("moved-dev", "edit");

    platform.giveTo("moved-dev", "heirs@example.com");
    soon()
        .untilAsserted(
            () -> {
              assertThat(platform.admin().rbac().roleBindings().inNamespace("moved-dev").list())
                  .asString()
                  .contains("heirs@example.com")
                  .doesNotContain("moved.crew@example.com");
              assertThat(platform.argo("AppProject", "moved-dev", "spec", "roles"))
                  .contains("heirs@example.com")
                  .doesNotContain("moved.crew@example.com");
            });
    assertApplied("moved-dev", "edit");
  }

  @Test
  void aBrokenPlatformHoldsUpNoProject() {
    String broken = "namespaces/by-hand/broken.yaml";
    platform.flux().commit("Break it", Map.of(broken, "kind: [Nonsense"));
    soon().untilAsserted(() -> assertThat(platform.isContent("platform")).isFalse());

    platform.create(team("apart", DEV));
    platform.push("apart-dev", "web", WEB);
    assertApplied("apart-dev", "edit");
    platform.delete("apart-dev");
    platform.awaitGone("apart-dev");
    assertNothingLeftOf("apart-dev");

    assertThat(platform.isContent("platform")).isFalse();
    platform.flux().commit("Mend it", Map.of(), broken);
    soon().untilAsserted(() -> assertThat(platform.isContent("platform")).isTrue());
  }

  @Test
  void anApplicationMadeByHandIsWaitedForAndNamed() {
    platform.create(team("handy", DEV));
    platform.push("handy-dev", "web", WEB);
    assertApplied("handy-dev", "edit");
    platform.deployByHand("handy-dev", "web", "by-hand");

    platform.delete("handy-dev");
    soon()
        .untilAsserted(
            () ->
                assertThat(platform.conditions("handy-dev"))
                    .contains("WaitingForRemoval Waits for 1 Argo CD Application: by-hand."));
    assertThat(platform.argoNames("AppProject")).contains("handy-dev");

    platform.removeByHand("by-hand");
    platform.awaitGone("handy-dev");
    assertNothingLeftOf("handy-dev");
  }

  @Test
  void aRetainedNamespaceKeepsWhatWasDeployed() {
    platform.create(team("kept", DEV).retainingItsNamespace());
    platform.push("kept-dev", "web", WEB);
    assertApplied("kept-dev", "edit");
    String uid = webOf("kept-dev").getMetadata().getUid();

    platform.delete("kept-dev");
    platform.awaitGone("kept-dev");
    assertNoFollowerKnows("kept-dev");
    assertThat(bindingsOf("kept-dev")).isEmpty();
    assertThat(webOf("kept-dev").getMetadata().getUid()).isEqualTo(uid);
  }

  private void assertApplied(String name, String role) {
    soon()
        .untilAsserted(
            () -> {
              assertThat(bindingsOf(name)).containsEntry("groundwork-developers", role);
              assertThat(
                      platform
                          .admin()
                          .serviceAccounts()
                          .inNamespace(name)
                          .withName("vault-reader")
                          .get())
                  .isNotNull();
              assertThat(platform.argoNames("AppProject")).contains(name);
              assertThat(platform.argoNames("ApplicationSet")).contains(name + "-apps");
              String application = name + "-web";
              assertThat(platform.argo("Application", application, "status", "sync", "status"))
                  .isEqualTo("Synced");
              assertThat(platform.argo("Application", application, "status", "health", "status"))
                  .isEqualTo("Healthy");
              assertThat(platform.argo("Application", application, "status", "conditions"))
                  .isEmpty();
              assertThat(webOf(name)).isNotNull();
              assertThat(platform.conditions(name)).contains("Applied True AppliedToCluster");
            });
  }

  private void assertNothingLeftOf(String name) {
    assertThat(platform.admin().namespaces().withName(name).get()).isNull();
    assertNoFollowerKnows(name);
  }

  /** The files of its developers stay. */
  private void assertNoFollowerKnows(String name) {
    assertThat(platform.argoNames("AppProject")).doesNotContain(name);
    assertThat(platform.argoNames("ApplicationSet")).noneMatch(it -> it.startsWith(name));
    assertThat(platform.argoNames("Application")).noneMatch(it -> it.startsWith(name));
    assertThat(platform.kustomization("projects", "status", "inventory")).doesNotContain(name);
    assertThat(platform.flux().files().keySet()).noneMatch(it -> it.contains(name));
    assertThat(platform.deployment().files().keySet())
        .doesNotContain("applications/" + name + ".yaml")
        .anyMatch(it -> it.startsWith("manifests/" + name + "/"));
  }

  private void awaitRefused(String application, String why) {
    soon()
        .untilAsserted(
            () -> assertThat(platform.argo("Application", application, "status")).contains(why));
  }

  private ConfigMap webOf(String name) {
    return platform.admin().configMaps().inNamespace(name).withName("web").get();
  }

  /** ClusterRole by RoleBinding. */
  private Map<String, String> bindingsOf(String name) {
    return platform.admin().rbac().roleBindings().inNamespace(name).list().getItems().stream()
        .collect(toMap(it -> it.getMetadata().getName(), it -> it.getRoleRef().getName()));
  }
}
