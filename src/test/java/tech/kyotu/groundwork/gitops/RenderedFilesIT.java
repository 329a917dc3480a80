package tech.kyotu.groundwork.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.kubernetes.Fabric8Cluster;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.ServedKind;
import tech.kyotu.groundwork.testing.Settings;
import tech.kyotu.groundwork.testing.SharedServers;

/** What is rendered for Flux, applied with the rights that the Flux repository gives to Flux. */
@ExtendWith(SharedServers.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RenderedFilesIT {

  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String QUOTA =
      "pods=50,cpu=8,requests.cpu=1.5,limits.memory=32Gi,requests.storage=0,secrets=100"
          + ",limits.ephemeral-storage=10G,services.loadbalancers=0,count/deployments.apps=20"
          + ",requests.nvidia.com/gpu=1,gold.storageclass.storage.k8s.io/requests.storage=500Gi";

  private final KubernetesClient admin;
  private final ControlPlane control;
  private final String id = "r" + UUID.randomUUID().toString().substring(0, 8);
  private final List<HasMetadata> made = new ArrayList<>();
  private String flux;

  RenderedFilesIT(ControlPlane control) {
    this.control = control;
    this.admin = control.adminClient();
  }

  @BeforeAll
  void serveAndAdmit() throws Exception {
    String crd = Files.readString(Path.of("src/test/resources/kinds/secret-store.yaml"));
    for (HasMetadata object : parsed(crd)) {
      make(object);
      admin
          .resource((CustomResourceDefinition) object)
          .waitUntilCondition(new ServedKind(), 1, MINUTES);
    }
    for (EnvironmentType environment : EnvironmentType.values()) {
      String name = id + "-" + environment.word();
      make(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build());
    }
    flux = control.newNamespace("flux");
    for (ApplierRules rules : ApplierRules.values()) {
      String text =
          rules.text().replace("groundwork-applier", account(rules)).replace("flux-system", flux);
      parsed(text).forEach(this::make);
    }
  }

  private List<HasMetadata> parsed(String text) {
    return admin.load(new ByteArrayInputStream(text.getBytes(UTF_8))).items();
  }

  private void make(HasMetadata object) {
    made.add(admin.resource(object).create());
  }

  @AfterAll
  void leaveNothing() {
    made.forEach(object -> admin.resource(object).delete());
    admin.namespaces().withName(flux).delete();
  }

  private static String account(ApplierRules rules) {
    return "applier-" + rules.name().toLowerCase(Locale.ROOT);
  }

  /** A client with these rights, once the API server knows of them. */
  private KubernetesClient applier(ApplierRules rules) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(control.url())
            .withCaCertData(control.caCertificate())
            .withOauthToken(control.apiTokenFor(flux, account(rules)))
            .withRequestRetryBackoffLimit(0)
            .build();
    KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build();
    SelfSubjectAccessReview mayPatch =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withVerb("patch")
            .withResource("serviceaccounts")
            .withNamespace(id + "-dev")
            .endResourceAttributes()
            .endSpec()
            .build();
    await()
        .atMost(BOUND)
        .until(
            () ->
                client
                    .authorization()
                    .v1()
                    .selfSubjectAccessReview()
                    .create(mayPatch)
                    .getStatus()
                    .getAllowed());
    return client;
  }

  private byte[] tenant(EnvironmentType environment, String... settings) throws Exception {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      given.put(settings[i], settings[i + 1]);
    }
    return new TemplateFolder(Settings.of(given))
        .tenant(RenderInput.of(aProject(id).in(environment).build()));
  }

  private byte[] whole(EnvironmentType environment) throws Exception {
    String word = environment.word();
    return tenant(
        environment,
        "flux.secret-store",
        "true",
        "vault.address",
        "https://vault.example.com:8200",
        "vault.ca-file",
        Path.of("src/test/resources/kinds/secret-store.yaml").toAbsolutePath().toString(),
        "flux.quota." + word,
        QUOTA,
        "flux.container-defaults." + word,
        "requests.cpu=100m,limits.cpu=1,limits.memory=1Gi,requests.ephemeral-storage=1M",
        "flux.default-deny",
        "true");
  }

  @ParameterizedTest
  @EnumSource(EnvironmentType.class)
  void fluxMayApplyAllOfItInEveryEnvironment(EnvironmentType environment) throws Exception {
    try (KubernetesClient applier = applier(ApplierRules.ALL)) {
      ServerSideApply dry = ServerSideApply.dry(applier);
      List<GenericKubernetesResource> applied = dry.all(whole(environment));
      assertThat(applied)
          .extracting(GenericKubernetesResource::getKind)
          .containsExactly(
              "ServiceAccount",
              "RoleBinding",
              "SecretStore",
              "ResourceQuota",
              "LimitRange",
              "NetworkPolicy");
    }
  }

  @Test
  void asShippedFluxMayApplyWhatNoSettingAsksForAndNothingElse() throws Exception {
    try (KubernetesClient applier = applier(ApplierRules.SHIPPED)) {
      ServerSideApply dry = ServerSideApply.dry(applier);
      assertThat(dry.all(tenant(EnvironmentType.DEV))).hasSize(2);
      List<String> refused = new ArrayList<>();
      for (Object document :
          Template.parsed(new String(whole(EnvironmentType.DEV), UTF_8), "test")) {
        try {
          var unused = dry.one(document);
        } catch (KubernetesClientException e) {
          assertThat(e.getCode()).isEqualTo(403);
          refused.add(String.valueOf(((Map<?, ?>) document).get("kind")));
        }
      }
      assertThat(refused)
          .containsExactly("SecretStore", "ResourceQuota", "LimitRange", "NetworkPolicy");
      assertThatThrownBy(() -> dry.all(tenant(EnvironmentType.DEV, "flux.role.dev", "admin")))
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("rolebindings.rbac.authorization.k8s.io");
    }
  }

  /** Why the binding's name follows its role. */
  @Test
  void anotherRoleComesByAnotherBindingBecauseOneCannotChange() throws Exception {
    ServerSideApply real = ServerSideApply.real(admin);
    byte[] usual = tenant(EnvironmentType.QA);
    byte[] other = tenant(EnvironmentType.QA, "flux.role.qa", "view");
    String underTheOldName =
        new String(other, UTF_8).replace("groundwork-developers-view", "groundwork-developers");
    assertThat(real.all(usual)).hasSize(2);

    assertThatThrownBy(() -> real.all(underTheOldName.getBytes(UTF_8)))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("cannot change roleRef");
    assertThat(real.all(other)).hasSize(2);
    assertThat(admin.rbac().roleBindings().inNamespace(id + "-qa").list().getItems())
        .extracting(binding -> binding.getRoleRef().getName())
        .containsExactlyInAnyOrder("edit", "view");
  }

  @Test
  void aKindIsServedOnceItsCrdIs() throws Exception {
    try (Fabric8Cluster cluster =
        new Fabric8Cluster(admin, Settings.defaults(), List::of, (mark, thing) -> {})) {
      assertThat(cluster.serves("external-secrets.io/v1", "SecretStore")).isTrue();
      assertThat(cluster.serves("external-secrets.io/v1", "ClusterSecretStore")).isFalse();
      assertThat(cluster.serves("external-secrets.io/v1beta1", "SecretStore")).isFalse();
    }
  }
}
