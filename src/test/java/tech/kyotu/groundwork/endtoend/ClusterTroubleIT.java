package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.endtoend.Expected.ARGO;
import static tech.kyotu.groundwork.endtoend.Expected.FLUX;
import static tech.kyotu.groundwork.endtoend.Expected.GROUP;
import static tech.kyotu.groundwork.endtoend.Expected.NAMESPACE;
import static tech.kyotu.groundwork.endtoend.Expected.REGISTRY;
import static tech.kyotu.groundwork.endtoend.Expected.VAULT;
import static tech.kyotu.groundwork.endtoend.Expected.missing;
import static tech.kyotu.groundwork.endtoend.Expected.refused;
import static tech.kyotu.groundwork.endtoend.Expected.stalled;
import static tech.kyotu.groundwork.endtoend.Installation.SOON;
import static tech.kyotu.groundwork.endtoend.Installation.dev;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the cluster refuses, lacks or loses, and what a Project shows of it. */
class ClusterTroubleIT extends InTrouble {
  private static final String GROUNDWORK = "groundwork";
  private static final String OPERATOR_NAMESPACE = "groundwork-system";
  private static final String ADVICE =
      "Write the group as one lower-case e-mail address, for example shop.crew@example.com";

  ClusterTroubleIT() {
    super("trouble-cluster", Map.of("groundwork.retry.longest", "PT10S"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          shop--web | a@example.com | Use 1 to 40 of a-z, 0-9 and single dashes; start with a letter, end with a letter or digit.
          1shop     | a@example.com | Use 1 to 40 of a-z, 0-9 and single dashes; start with a letter, end with a letter or digit.
          shop      | A@example.com | Write the group as one lower-case e-mail address, for example shop.crew@example.com.
          shop      | a@example     | Write the group as one lower-case e-mail address, for example shop.crew@example.com.
          """)
  void aBadProjectIsRefusedWithASentenceThatSaysTheFix(String id, String group, String sentence) {
    assertThatThrownBy(() -> at.create(dev(id).ownedBy(group)))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void aStoredProjectThatBreaksTodaysRulesHarmsNoOther() {
    Resource<CustomResourceDefinition> crd =
        admin.apiextensions().v1().customResourceDefinitions().withName("projects.kyotu.tech");
    var today = crd.require().getSpec();
    crd.edit(ClusterTroubleIT::asItWasBeforeTheRule);
    await()
        .atMost(SOON)
        .ignoreException(KubernetesClientException.class)
        .untilAsserted(() -> at.create(dev("older").ownedBy("Older Crew")));
    crd.edit(it -> new CustomResourceDefinitionBuilder(it).withSpec(today).build());

    at.awaitShown(
        "older", refused("InvalidSpec").saying("spec.googleGroup is not valid. " + ADVICE));
    assertThat(admin.namespaces().withName("older-dev").get()).isNull();
    at.create("younger");
    at.awaitReady("younger", SOON);

    at.edit("older", it -> it.ownedBy("older.crew@example.com"));
    at.awaitReady("older", SOON);
    at.assertNothingLostOrDoubled("older", "younger");
  }

  @Test
  void aRightThatIsMissingForTheNamespaceIsNamed() {
    ClusterRole before = withoutCreate("namespaces");
    at.create("rightless");
    at.awaitShown(
        "rightless",
        stalled("AccessDenied", NAMESPACE)
            .saying("The API server refused the operator to create namespaces in rightless-dev")
            .saying("(403). Grant its ServiceAccount this right.", "Next try ", "0 of 6"));

    write(before);
    at.awaitReady("rightless", SOON);
    at.assertNothingLostOrDoubled("rightless");
  }

  @Test
  void aRightThatIsMissingForThePullSecretIsNamedAndNoTokenIsLeft() {
    ClusterRole before = withoutCreate("secrets");
    at.create("secretless");
    at.awaitShown(
        "secretless",
        stalled("AccessDenied", REGISTRY)
            .besides(NAMESPACE, GROUP, VAULT, FLUX, ARGO)
            .saying("The API server refused the operator to create secrets in secretless-dev")
            .saying("(403). Grant its ServiceAccount this right.", "Next try ", "5 of 6"));

    write(before);
    at.awaitReady("secretless", SOON);
    at.assertNothingLostOrDoubled("secretless");
  }

  @Test
  void aQuotaThatRefusesThePullSecretIsNamedAndNoTokenIsLeft() {
    namespace("quota-dev");
    var quota =
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withName("none")
            .withNamespace("quota-dev")
            .endMetadata()
            .withNewSpec()
            .addToHard("secrets", new Quantity("0"))
            .endSpec()
            .build();
    var unused = admin.resource(quota).create();
    await()
        .atMost(SOON)
        .until(
            () -> {
              var status = admin.resource(quota).require().getStatus();
              return status != null && status.getHard() != null && !status.getHard().isEmpty();
            });
    at.create("quota");
    at.awaitShown(
        "quota",
        missing("SecretUpdateFailed", REGISTRY)
            .besides(NAMESPACE, GROUP, VAULT, FLUX, ARGO)
            .saying("Token ", "was issued but the pull secret in quota-dev was refused")
            .saying("(quota exceeded)", "is revoked", "Next try "));

    admin.resource(quota).delete();
    at.awaitReady("quota", SOON);
    at.assertNothingLostOrDoubled("quota");
  }

  @Test
  void aPolicyThatRefusesTheNamespaceIsTold() {
    var policy =
        admin.load(
            new ByteArrayInputStream(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: no-such-name}
                spec:
                  failurePolicy: Fail
                  matchConstraints:
                    resourceRules:
                    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [namespaces]}
                  validations:
                  - expression: "object.metadata.name != 'unwanted-dev'"
                    message: ask the platform team first
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: no-such-name}
                spec: {policyName: no-such-name, validationActions: [Deny]}
                """
                    .getBytes(StandardCharsets.UTF_8)));
    var unused = policy.create();
    var trial = new NamespaceBuilder().withNewMetadata().withName("unwanted-dev").endMetadata();
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> admin.resource(trial.build()).dryRun(true).create())
                    .hasMessageContaining("ask the platform team first"));
    at.create("unwanted");
    at.awaitShown(
        "unwanted",
        stalled("AccessDenied", NAMESPACE)
            .saying("The API server refused the operator to create namespaces")
            .saying("ask the platform team first", "Next try "));

    policy.delete();
    at.awaitReady("unwanted", SOON);
    at.assertNothingLostOrDoubled("unwanted");
  }

  @Test
  void aNamespaceThatIsStillGoingIsWaitedFor() {
    namespace("going-dev");
    var holder =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("holder")
            .withNamespace("going-dev")
            .withFinalizers("example.com/hold")
            .endMetadata()
            .build();
    var made = admin.resource(holder).create();
    admin.namespaces().withName("going-dev").delete();
    at.create("going");
    at.awaitShown(
        "going",
        missing("NamespaceTerminating", NAMESPACE)
            .saying("Namespace going-dev is being deleted. Setup goes on when it is gone;")
            .saying("look for finalizers inside it."));

    admin
        .resource(made)
        .edit(
            it -> {
              it.getMetadata().setFinalizers(List.of());
              return it;
            });
    at.awaitReady("going", SOON);
    at.assertNothingLostOrDoubled("going");
  }

  @Test
  void theSecondProjectOfANameWaitsForTheFirst() {
    at.create("taken");
    at.awaitReady("taken", SOON);
    at.create(dev("taken").named("taker-dev"));
    at.awaitShown(
        "taker",
        stalled("NameTaken", NAMESPACE)
            .saying(
                "Namespace taken-dev belongs to Project teams/taken-dev. Delete one of the two,")
            .saying(
                "or change projectId or environmentType in a new Project. Nothing was written."));
    Expected.READY.check(at.project("taken"));
    at.assertNothingLostOrDoubled("taken");
  }

  @Test
  void anExistingNamespaceIsNotAdoptedAgainstTheWill() {
    namespace("mine-dev");
    at.create(dev("mine").neverAdopting());
    at.awaitShown(
        "mine",
        stalled("AdoptionForbidden", NAMESPACE)
            .saying(
                "Namespace mine-dev exists and spec.adoption is Never. Set IfUnowned, or annotate")
            .saying("kyotu.tech/adopt: namespace; kubectl project plan mine-dev shows what would"));
    assertThat(admin.namespaces().withName("mine-dev").require().getMetadata().getAnnotations())
        .isNullOrEmpty();

    at.edit("mine", it -> it);
    at.awaitReady("mine", SOON);
    at.assertNothingLostOrDoubled("mine");
  }

  @Test
  void aStoreThatHangsLosesAndDoublesNothing() throws IOException, InterruptedException {
    at.create("before");
    at.awaitReady("before", SOON);
    var token = at.project("before").statusOrUnseen().registryToken();
    long pid = at.operator().pid();
    long etcd = at.world().cluster().etcd().handle().pid();
    at.create("while");
    signal("STOP", etcd);
    try {
      // The first write that fails shows that the trouble is there; the second, that it lasts.
      for (int write = 0; write < 2; write++) {
        assertThatThrownBy(() -> at.requestReconcile("before"))
            .isInstanceOf(KubernetesClientException.class);
      }
    } finally {
      signal("CONT", etcd);
    }
    at.awaitReady("while", SOON);
    at.awaitReady("before", SOON);
    assertThat(at.project("before").statusOrUnseen().registryToken()).isEqualTo(token);
    assertThat(at.operator().pid()).as("no restart was needed").isEqualTo(pid);
    assertThat(at.operator().isAlive()).isTrue();
    at.assertNothingLostOrDoubled("before", "while");
  }

  @Test
  void aNewTokenOfTheServiceAccountIsUsedWithoutARestart() {
    long pid = at.operator().pid();
    var accounts = admin.serviceAccounts().inNamespace(OPERATOR_NAMESPACE);
    accounts.withName(GROUNDWORK).withTimeout(30, TimeUnit.SECONDS).delete();
    var again =
        new ServiceAccountBuilder().withNewMetadata().withName(GROUNDWORK).endMetadata().build();
    await()
        .atMost(SOON)
        .ignoreException(KubernetesClientException.class)
        .until(() -> accounts.resource(again).create() != null);
    // The API server believes a token for some seconds after its account is gone.
    Config old = Config.fromKubeconfig(at.world().operatorKubeconfig().toFile());
    try (KubernetesClient outdated = new KubernetesClientBuilder().withConfig(old).build()) {
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> outdated.namespaces().withName("default").get())
                      .hasMessageContaining("Unauthorized"));
      at.create("rekeyed");
      // Nobody can say anything of the Project meanwhile.
      await()
          .during(Duration.ofSeconds(3))
          .atMost(Duration.ofSeconds(60))
          .until(() -> at.project("rekeyed").statusOrUnseen().observedGeneration() == -1);
    } finally {
      var unused =
          at.world()
              .cluster()
              .kubeconfigFor(OPERATOR_NAMESPACE, GROUNDWORK, at.world().operatorKubeconfig());
    }
    at.awaitReady("rekeyed", SOON);
    assertThat(at.operator().pid()).isEqualTo(pid);
    at.assertNothingLostOrDoubled("rekeyed");
  }

  private static CustomResourceDefinition asItWasBeforeTheRule(CustomResourceDefinition crd) {
    var group =
        crd.getSpec()
            .getVersions()
            .get(0)
            .getSchema()
            .getOpenAPIV3Schema()
            .getProperties()
            .get("spec")
            .getProperties()
            .get("googleGroup");
    group.setPattern(null);
    group.setXKubernetesValidations(List.of());
    return crd;
  }

  private ClusterRole withoutCreate(String resource) {
    ClusterRole before = admin.rbac().clusterRoles().withName(GROUNDWORK).require();
    ClusterRole after = new ClusterRoleBuilder(before).build();
    after
        .getRules()
        .forEach(
            rule -> {
              if (rule.getResources().contains(resource)) {
                rule.setVerbs(
                    rule.getVerbs().stream().filter(verb -> !verb.equals("create")).toList());
              }
            });
    after.getRules().removeIf(rule -> rule.getVerbs().isEmpty());
    write(after);
    return before;
  }

  private void write(ClusterRole wanted) {
    admin
        .rbac()
        .clusterRoles()
        .withName(GROUNDWORK)
        .edit(it -> new ClusterRoleBuilder(it).withRules(wanted.getRules()).build());
  }

  private void namespace(String name) {
    var unused =
        admin
            .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
            .create();
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    int status = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    assertThat(status).isZero();
  }
}
