package tech.kyotu.groundwork.realservers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.realservers.Platform.soon;
import static tech.kyotu.groundwork.realservers.Platform.team;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.testing.FollowerBinary;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * What a site switches on comes to the cluster, and what the cluster lacks holds up nobody: it is
 * not pushed, so Flux goes on for all others.
 */
@Tag("real-servers")
class OptionalPartsIT {
  private static final String RULES = "namespaces/groundwork-system/applier-rbac.yaml";
  private static final Map<String, String> PARTS =
      Map.of(
          "groundwork.flux.secret-store", "true",
          "groundwork.flux.quota.dev", "pods=50",
          "groundwork.flux.container-defaults.dev", "requests.cpu=100m",
          "groundwork.flux.default-deny", "true",
          "groundwork.argo.configs-set", "true",
          "groundwork.argo.manifests-readme", "true");

  @Test
  void whatTheClusterLacksIsNotPushedAndComesOnceItIsThere() throws IOException {
    ServerBinary.require(ServerBinary.values());
    FollowerBinary.require(FollowerBinary.values());
    try (Platform platform = Platform.start("optional-parts")) {
      platform.create(team("early", DEV));
      awaitApplied(platform, "early-dev");
      String rules = platform.flux().files().get(RULES).replaceAll("(?m)^  # (- |  )", "  $1");
      String atFirst = platform.flux().commit("Let Flux write more", Map.of(RULES, rules));
      soon().until(() -> platform.applied("platform").equals(atFirst));

      platform.replaceOperator(PARTS);
      platform.ask(team("late", DEV));
      soon()
          .untilAsserted(
              () ->
                  assertThat(platform.conditions("late-dev"))
                      .contains(
                          "FluxRbacReady False PrerequisiteMissing This cluster serves no"
                              + " SecretStore of external-secrets.io/v1. Install its CRD, or switch"
                              + " off"));
      assertThat(platform.flux().tip()).isEqualTo(atFirst);
      String foreign = platform.flux().commit("Something else", Map.of("projects/NOTES.md", "hi"));
      soon().until(() -> platform.applied("projects").equals(foreign));
      assertThat(platform.isContent("projects")).isTrue();

      String kind =
          Files.readString(
              ServerBinary.projectRoot().resolve("src/test/resources/kinds/secret-store.yaml"));
      var unused =
          platform.admin().load(new ByteArrayInputStream(kind.getBytes(UTF_8))).serverSideApply();
      for (String name : new String[] {"early-dev", "late-dev"}) {
        awaitApplied(platform, name);
        assertHasAll(platform, name);
      }
      platform.delete("late-dev");
      platform.awaitGone("late-dev");
      assertThat(platform.argoNames("ApplicationSet")).noneMatch(it -> it.startsWith("late"));
      assertThat(platform.deployment().files().keySet()).noneMatch(it -> it.contains("late-dev"));
      assertHasAll(platform, "early-dev");
    }
  }

  private static void awaitApplied(Platform platform, String name) {
    soon()
        .untilAsserted(
            () ->
                assertThat(platform.conditions(name))
                    .startsWith("Ready True ")
                    .contains("Applied True AppliedToCluster"));
  }

  private static void assertHasAll(Platform platform, String name) {
    var admin = platform.admin();
    assertThat(admin.resourceQuotas().inNamespace(name).withName("groundwork").get()).isNotNull();
    assertThat(admin.limitRanges().inNamespace(name).withName("groundwork").get()).isNotNull();
    assertThat(admin.network().networkPolicies().inNamespace(name).withName("groundwork").get())
        .isNotNull();
    assertThat(
            admin
                .genericKubernetesResources("external-secrets.io/v1", "SecretStore")
                .inNamespace(name)
                .withName("vault")
                .get())
        .isNotNull();
    assertThat(platform.argoNames("ApplicationSet")).contains(name + "-apps", name + "-configs");
  }
}
