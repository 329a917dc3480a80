package tech.kyotu.groundwork.realservers;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.realservers.Platform.soon;
import static tech.kyotu.groundwork.realservers.Platform.team;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tech.kyotu.groundwork.testing.FollowerBinary;
import tech.kyotu.groundwork.testing.OlderInstallation;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * What the older operator's Applications deployed outlives the move, though ours are called
 * otherwise: Argo CD itself is asked.
 */
@Tag("real-servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TakeOverIT {

  private static final String TAKEOVER = "groundwork.takeover.older-operator";
  private static final String NAMES = "groundwork.argo.application-names";
  private static final String DEPLOYED =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: web
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: by-hand
        resources:
          requests:
            storage: 1Mi
      """;

  private Platform platform;

  @BeforeAll
  void start() {
    ServerBinary.require(ServerBinary.values());
    FollowerBinary.require(FollowerBinary.values());
    platform = Platform.start("take-over");
  }

  @AfterAll
  void end() {
    if (platform != null) { // where a server is missing, nothing was started
      platform.close();
    }
  }

  /** The older operator has made it, and Argo CD has deployed it. */
  private void leave(String name) {
    OlderInstallation older =
        new OlderInstallation(
            name, name.replace("-dev", "") + ".crew@example.com", platform.deployment().url());
    var unused =
        platform
            .admin()
            .resource(
                new NamespaceBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withLabels(OlderInstallation.LABELS)
                    .endMetadata()
                    .build())
            .create();
    var unusedToo = platform.deployment().commit("Created project " + name, older.deployment());
    platform.push(name, "web", DEPLOYED);
    soon().untilAsserted(() -> assertSynced("web-" + name));
  }

  private void assertSynced(String application) {
    assertThat(platform.argoNames("Application")).contains(application);
    assertThat(platform.argo("Application", application, "status", "sync", "status"))
        .isEqualTo("Synced");
  }

  /** Each object and what it is; one that is being deleted is none of them. */
  private List<String> deployed(String name) {
    return List.<HasMetadata>of(
            platform.admin().configMaps().inNamespace(name).withName("web").require(),
            platform.admin().persistentVolumeClaims().inNamespace(name).withName("data").require())
        .stream()
        .filter(it -> it.getMetadata().getDeletionTimestamp() == null)
        .map(it -> it.getKind() + " " + it.getMetadata().getUid())
        .toList();
  }

  @Test
  void whatIsDeployedOutlivesARenaming() {
    platform.replaceOperator(Map.of(TAKEOVER, "true"));
    leave("shop-dev");
    List<String> before = deployed("shop-dev");
    assertThat(before).hasSize(2);

    platform.create(team("shop", DEV));
    soon()
        .untilAsserted(
            () -> {
              assertSynced("shop-dev-web");
              assertThat(platform.argoNames("Application")).doesNotContain("web-shop-dev");
            });
    assertThat(deployed("shop-dev")).isEqualTo(before);

    // From here on the new Application answers for them, with all that it is strict about.
    platform.replaceOperator(Map.of(TAKEOVER, "false"));
    soon()
        .untilAsserted(
            () ->
                assertThat(platform.argo("Application", "shop-dev-web", "spec", "syncPolicy"))
                    .contains("FailOnSharedResource=true"));
    platform.push("shop-dev", "web", DEPLOYED.replace("name: web", "name: web\ndata: {a: b}"));
    soon()
        .untilAsserted(
            () -> {
              assertSynced("shop-dev-web");
              assertThat(
                      platform
                          .admin()
                          .configMaps()
                          .inNamespace("shop-dev")
                          .withName("web")
                          .require()
                          .getData())
                  .containsEntry("a", "b");
            });
    assertThat(deployed("shop-dev")).isEqualTo(before);
  }

  @Test
  void anApplicationWhoseNameIsKeptIsTheSameOne() {
    platform.replaceOperator(Map.of(TAKEOVER, "true", NAMES, "folder-project"));
    leave("cart-dev");
    List<String> before = deployed("cart-dev");
    String application = platform.metadataOf("web-cart-dev").getUid();

    platform.create(team("cart", DEV));
    soon()
        .untilAsserted(
            () ->
                assertThat(platform.metadataOf("web-cart-dev").getFinalizers())
                    .contains("resources-finalizer.argocd.argoproj.io"));
    assertSynced("web-cart-dev");
    assertThat(platform.metadataOf("web-cart-dev").getUid()).isEqualTo(application);
    assertThat(deployed("cart-dev")).isEqualTo(before);
  }
}
