package tech.kyotu.groundwork.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("trouble")
@ExtendWith(SharedServers.class)
class ControlPlaneIT {
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final ControlPlane shared;

  ControlPlaneIT(ControlPlane shared) {
    this.shared = shared;
  }

  @Test
  void createsAndFinalisesANamespace() {
    String name = shared.newNamespace("finalised");
    KubernetesClient admin = shared.adminClient();
    await()
        .atMost(BOUND)
        .until(() -> admin.serviceAccounts().inNamespace(name).withName("default").get() != null);

    admin.namespaces().withName(name).delete();

    await().atMost(BOUND).until(() -> admin.namespaces().withName(name).get() == null);
  }

  @Test
  void letsAServiceAccountDoWhatItMayAndNoMore(@TempDir Path folder) {
    String namespace = shared.newNamespace("rights");
    account(namespace, "operator");
    Path kubeconfig = shared.kubeconfigFor(namespace, "operator", folder.resolve("kubeconfig"));

    try (KubernetesClient operator = client(kubeconfig)) {
      assertThatThrownBy(() -> operator.secrets().inNamespace(namespace).list())
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
    }
    try (KubernetesClient admin = client(shared.kubeconfig(folder.resolve("admin")))) {
      assertThat(admin.secrets().inNamespace(namespace).list().getItems()).isEmpty();
    }
  }

  @Test
  void doesNotAcceptATokenMeantForVault() {
    String namespace = shared.newNamespace("audience");
    account(namespace, "pod");

    assertThat(review(shared.tokenFor(namespace, "pod", "vault"))).isFalse();
    assertThat(review(shared.apiTokenFor(namespace, "pod"))).isTrue();
  }

  @Test
  void countsCallsByUserVerbAndResource() {
    String namespace = shared.newNamespace("counted");
    account(namespace, "caller");
    String user = "system:serviceaccount:" + namespace + ":caller";
    AuditLog audit = shared.auditLog();
    long mark = audit.mark();

    try (KubernetesClient caller = as(shared.apiTokenFor(namespace, "caller"))) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> caller.configMaps().inNamespace(namespace).list())
            .isInstanceOf(KubernetesClientException.class);
      }
    }

    AuditLog.Call list = new AuditLog.Call(user, "list", "configmaps");
    AuditLog.Call token = new AuditLog.Call("admin", "create", "serviceaccounts/token");
    await()
        .atMost(BOUND)
        .untilAsserted(
            () ->
                assertThat(audit.callsSince(mark))
                    .containsEntry(list, 3L)
                    .containsEntry(token, 1L));
    assertThat(audit.callsSince(audit.mark())).doesNotContainKey(list);
  }

  @Test
  void keepsItsDataWhenTheApiServerRestarts() {
    try (ControlPlane own = ControlPlane.setup().withoutControllerManager().start()) {
      own.adminClient().resource(configMap("kept")).create();
      String before = own.url();

      own.stopApiServer();
      assertThatThrownBy(() -> own.adminClient().configMaps().list())
          .isInstanceOf(KubernetesClientException.class);
      own.startApiServer();

      assertThat(own.url()).isEqualTo(before);
      assertThat(configMapOf(own, "kept").getData()).containsEntry("key", "value");
    }
  }

  @Test
  void findsItsDataAgainInAGivenFolder(@TempDir Path folder) {
    try (ControlPlane first =
        ControlPlane.setup().dataIn(folder).withoutControllerManager().start()) {
      first.adminClient().resource(configMap("found-again")).create();
    }
    try (ControlPlane second =
        ControlPlane.setup().dataIn(folder).withoutControllerManager().start()) {
      assertThat(configMapOf(second, "found-again").getData()).containsEntry("key", "value");
    }
  }

  @Test
  void leavesADeletedNamespaceTerminatingWithoutControllerManager() {
    try (ControlPlane own = ControlPlane.setup().withoutControllerManager().start()) {
      KubernetesClient admin = own.adminClient();
      admin
          .resource(
              new NamespaceBuilder().withNewMetadata().withName("stuck").endMetadata().build())
          .create();
      admin.namespaces().withName("stuck").delete();

      Namespace stuck = admin.namespaces().withName("stuck").get();
      assertThat(stuck.getStatus().getPhase()).isEqualTo("Terminating");
      assertThat(stuck.getSpec().getFinalizers()).containsExactly("kubernetes");

      own.startControllerManager();
      await().atMost(BOUND).until(() -> admin.namespaces().withName("stuck").get() == null);
    }
  }

  private void account(String namespace, String name) {
    shared
        .adminClient()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();
  }

  private boolean review(String token) {
    TokenReview asked = new TokenReviewBuilder().withNewSpec().withToken(token).endSpec().build();
    TokenReview answer = shared.adminClient().resource(asked).create();
    return Boolean.TRUE.equals(answer.getStatus().getAuthenticated());
  }

  private KubernetesClient as(String token) {
    return new KubernetesClientBuilder()
        .withConfig(
            Config.fromKubeconfig(
                Kubeconfig.text(shared.url(), shared.caCertificate(), "default", token)))
        .build();
  }

  private static KubernetesClient client(Path kubeconfig) {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(DataFolder.read(kubeconfig)))
        .build();
  }

  private static ConfigMap configMap(String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("default")
        .endMetadata()
        .withData(Map.of("key", "value"))
        .build();
  }

  private static ConfigMap configMapOf(ControlPlane cluster, String name) {
    return cluster.adminClient().configMaps().inNamespace("default").withName(name).get();
  }
}
