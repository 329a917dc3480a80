package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.endtoend.Expected.ARGO;
import static tech.kyotu.groundwork.endtoend.Expected.FLUX;
import static tech.kyotu.groundwork.endtoend.Expected.GROUP;
import static tech.kyotu.groundwork.endtoend.Expected.NAMESPACE;
import static tech.kyotu.groundwork.endtoend.Expected.REGISTRY;
import static tech.kyotu.groundwork.endtoend.Expected.VAULT;
import static tech.kyotu.groundwork.endtoend.Expected.stalled;
import static tech.kyotu.groundwork.endtoend.Installation.SOON;
import static tech.kyotu.groundwork.endtoend.Installation.dev;

import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.VaultClient;
import tech.kyotu.groundwork.testing.VaultExport;
import tech.kyotu.groundwork.vault.OperatorPolicy;

/**
 * The packaged operator with a key/value engine of version 1, beside people who change Vault by
 * hand; it looks again every few seconds here.
 */
class VaultVersion1IT extends InTrouble {

  VaultVersion1IT() {
    super(
        "trouble-vault-v1",
        Map.of(
            "groundwork.vault.mount", "kv1",
            "groundwork.vault.kv-version", "1",
            "groundwork.retry.regular-look", "PT5S"));
  }

  @Override
  void prepare(World world) {
    world
        .vault()
        .orElseThrow()
        .policy("groundwork-operator", OperatorPolicy.rendered("kv1", "kubernetes", 1));
  }

  @Test
  void aProjectComesServesItsPeopleAndPodsAndGoesWithoutATrace() {
    VaultExport before = VaultExport.of(at.vault());
    at.create(dev("life").destroyingItsSecrets());
    at.awaitReady("life", SOON);
    VaultClient person =
        at.vault().as(at.vault().loginPerson("ann@example.com", "life.crew@example.com"));
    Map<String, ?> value = Map.of("password", "kept");
    assertThat(person.write("kv1/life-dev/db", value).status()).isEqualTo(204);
    assertThat(person.write("kv1/life-dev2/db", value).status()).isEqualTo(403);
    VaultClient pod = at.vault().as(podToken("life-dev"));
    assertThat(pod.read("kv1/life-dev/db").data().path("password").asText()).isEqualTo("kept");
    assertThat(pod.write("kv1/life-dev/db", value).status()).isEqualTo(403);
    assertThat(VaultExport.of(at.vault()).changedSince(before))
        .hasSize(8)
        .allMatch(thing -> thing.contains("life"));

    at.delete("life");
    at.awaitGone("life");

    assertThat(VaultExport.of(at.vault()).text()).isEqualTo(before.text());
    assertThat(pod.read("kv1/life-dev/db").status()).isEqualTo(403);
    assertThat(person.read("kv1/life-dev/db").status()).isEqualTo(403);
  }

  @Test
  void whatIsWidenedByHandIsPutBack() {
    at.settle("wide");
    VaultExport before = VaultExport.of(at.vault());
    at.vault()
        .policy("project-wide-dev-read", "path \"kv1/*\" { capabilities = [\"read\", \"list\"] }");
    Map<String, ?> wider = Map.of("bound_service_account_namespaces", List.of("*"));
    VaultClient root = at.vault().root();
    assertThat(root.write("auth/kubernetes/role/project-wide-dev", wider).status()).isEqualTo(204);
    Map<String, ?> more = Map.of("policies", List.of("project-wide-dev-access", "root-like"));
    assertThat(root.write("identity/group/name/project-wide-dev", more).status()).isEqualTo(204);

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(VaultExport.of(at.vault()).changedSince(before))
                    // Vault notes when a group was written last.
                    .isSubsetOf("group project-wide-dev"));
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(
                        root.read("identity/group/name/project-wide-dev").data().path("policies"))
                    .hasToString("[\"project-wide-dev-access\"]"));
    at.awaitEvents("wide", "Normal DriftRepaired");
    at.awaitReady("wide", SOON);
  }

  @Test
  void aPolicyOfAnotherProjectUnderOurNameIsLeftAloneAndNamed() {
    at.vault()
        .policy(
            "project-marked-dev-access",
            "# groundwork: owner=ops/theirs uid=u-theirs\n"
                + "path \"theirs\" { capabilities = [\"read\"] }");
    VaultExport before = VaultExport.of(at.vault());
    at.create("marked");
    at.awaitShown(
        "marked",
        stalled("OwnershipConflict", VAULT)
            .besides(NAMESPACE, GROUP, REGISTRY, FLUX, ARGO)
            .saying("Vault policy project-marked-dev-access belongs to Project ops/theirs.")
            .saying("Delete one of the two.", "5 of 6 in place."));
    assertThat(VaultExport.of(at.vault()).text()).isEqualTo(before.text());

    at.vault().root().delete("sys/policies/acl/project-marked-dev-access");
    at.awaitReady("marked", SOON);
  }

  @Test
  void aPolicyOfNobodyUnderOurNameIsLeftAloneWhereNothingMayBeAdopted() {
    at.vault().policy("project-never-dev-read", "path \"theirs\" { capabilities = [\"read\"] }");
    VaultExport before = VaultExport.of(at.vault());
    at.create(dev("never").neverAdopting());
    at.awaitShown(
        "never",
        stalled("AdoptionForbidden", VAULT)
            .besides(NAMESPACE, GROUP, REGISTRY, FLUX, ARGO)
            .saying("Vault policy project-never-dev-read exists and spec.adoption is Never.")
            .saying("Set IfUnowned, or annotate kyotu.tech/adopt: vault-policy-read."));
    assertThat(VaultExport.of(at.vault()).text()).isEqualTo(before.text());

    at.annotate("never", "kyotu.tech/adopt", "vault-policy-read");
    at.awaitReady("never", SOON);
  }

  private String podToken(String namespace) {
    var reader =
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withName("vault-reader")
            .withNamespace(namespace)
            .endMetadata()
            .build();
    admin.resource(reader).serverSideApply();
    String jwt = at.world().cluster().tokenFor(namespace, "vault-reader", "vault");
    return at.vault().loginPod("project-" + namespace, jwt).token();
  }
}
