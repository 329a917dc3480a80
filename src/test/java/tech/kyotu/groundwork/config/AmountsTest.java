package tech.kyotu.groundwork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountsTest {

  @Test
  void readsWhatKubectlTakes() {
    assertThat(Amounts.quota("pods=50, requests.cpu=1.5,limits.memory=32Gi").byName())
        .containsExactly(
            Map.entry("limits.memory", "32Gi"),
            Map.entry("pods", "50"),
            Map.entry("requests.cpu", "1.5"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cpu=500m",
        "memory=1Gi",
        "requests.storage=0",
        "limits.ephemeral-storage=10G",
        "services.loadbalancers=0",
        "count/deployments.apps=20",
        "count/pods=20",
        "count/certificates.cert-manager.io=20",
        "requests.nvidia.com/gpu=1",
        "gold.storageclass.storage.k8s.io/requests.storage=500Gi"
      })
  void takesWhatAQuotaMayCount(String text) {
    assertThat(Amounts.quota(text).byName()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pods",
        "pods=",
        "pods=-1",
        "pods=1.5",
        "pods=5m",
        "cpus=5",
        "limits.pods=5",
        "requests.cpu=1Gi",
        "limits.memory=5m",
        "limits.memory=1 Gi",
        "pods=1=2",
        "pods=1,",
        "pods=1,pods=2",
        "a$b/c=1",
        "A/b=1",
        "x/{{y}}=1",
        "requests..nvidia.com/gpu=1",
        "foo.-bar/x=1",
        "foo-.bar/x=1",
        "foo/x..y/z=1",
        "count/deployments..apps=1",
        "count/deployments.-apps=1",
        "count/deployments.apps.=1",
        "count/Deployments.apps=1"
      })
  void refusesWhatTheApiServerWouldRefuseForAllProjects(String text) {
    assertThatThrownBy(() -> Amounts.quota(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void splitsWhatContainersRequestFromWhatLimitsThem() {
    Amounts amounts = Amounts.ofContainers("requests.cpu=100m,limits.cpu=1,limits.memory=1Gi");
    assertThat(amounts.below("requests").byName()).isEqualTo(Map.of("cpu", "100m"));
    assertThat(amounts.below("limits").byName()).isEqualTo(Map.of("cpu", "1", "memory", "1Gi"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "requests.cpu=1,limits.cpu=900m; requests more cpu than it limits",
        "requests.memory=1Gi,limits.memory=1G; requests more memory than it limits",
        "requests.memory=1025,limits.memory=1Ki; requests more memory than it limits",
        "cpu=1; cannot be read at \"cpu=1\"",
        "limits.pods=1; cannot be read at",
      })
  void refusesDefaultsThatAContainerCannotHave(String text, String why) {
    assertThatThrownBy(() -> Amounts.ofContainers(text)).hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "requests.cpu=1000m,limits.cpu=1",
        "requests.memory=1G,limits.memory=1Gi",
        "requests.memory=1024k,limits.memory=1000Ki",
        "requests.ephemeral-storage=1Ti,limits.ephemeral-storage=1E"
      })
  void takesDefaultsUpToTheirLimit(String text) {
    assertThat(Amounts.ofContainers(text).byName()).hasSize(2);
  }
}
