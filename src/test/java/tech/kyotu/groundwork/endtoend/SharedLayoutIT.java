package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.endtoend.Installation.SOON;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.ServerBinary;

/** The layout of installations that are there, from two Projects to a file for each. */
class SharedLayoutIT {
  private static final String VALUES = "namespaces/vault/vault/rbac_values.yaml";
  private static final String POLICY = "namespaces/argocd/argocd-operator/rbac.yaml";
  private static final String LAYOUT = "groundwork.git.layout";
  private static final String KEYS = "groundwork.vault.key-style";

  @Test
  void givesRightsInTheFilesOfAllAndMovesToAFileForEachWithoutLosingABitOfOthers() {
    ServerBinary.require(ServerBinary.values());
    try (World world = World.start(Wishes.in("shared-layout").withAuditLog())) {
      String values = world.flux().files().get(VALUES);
      String policy = world.flux().files().get(POLICY);
      Map<String, String> shared =
          Map.of(LAYOUT, "shared", "groundwork.vault.address", "", KEYS, "underscore");
      try (Installation at = Installation.in(world, shared)) {
        at.settle("shop", "cart");
        assertThat(world.flux().files().get(VALUES))
            .contains("- name: 'shop_dev_access'\n", "- 'cart_dev_access'\n")
            .contains("group: 'shop.crew@example.com'\n");
        assertThat(world.flux().files().get(POLICY))
            .startsWith(policy)
            .contains("g, shop.crew@example.com, role:shop-dev\n");
        assertThat(world.flux().files()).doesNotContainKey("projects/shop-dev/tenant.yaml");
        assertThat(world.deployment().files().get("applications/shop-dev.yaml"))
            .doesNotContain("roles:");
        at.delete("shop");
        at.awaitGone("shop");
        assertThat(world.flux().files().get(VALUES))
            .doesNotContain("shop_dev_access")
            .contains("cart_dev_access");
        assertThat(world.flux().files().get(POLICY)).doesNotContain("shop-dev");
      }
      Map<String, String> perProject =
          Map.of(LAYOUT, "per-project", KEYS, "underscore", "groundwork.argo.blind-wait", "PT1S");
      try (Installation at = Installation.in(world, perProject)) {
        at.awaitReady("cart", SOON);
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> {
                  at.requestReconcile("cart");
                  assertThat(world.flux().files().get(POLICY)).isEqualTo(policy);
                  assertThat(world.flux().files().get(VALUES)).doesNotContain("cart_dev_access");
                });
        assertThat(world.flux().files()).containsKey("projects/cart-dev/tenant.yaml");
        assertThat(values).contains("policies: []");
      }
    }
  }
}
