package tech.kyotu.groundwork.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.endtoend.Expected.ARGO;
import static tech.kyotu.groundwork.endtoend.Expected.FLUX;
import static tech.kyotu.groundwork.endtoend.Expected.GROUP;
import static tech.kyotu.groundwork.endtoend.Expected.NAMESPACE;
import static tech.kyotu.groundwork.endtoend.Expected.REGISTRY;
import static tech.kyotu.groundwork.endtoend.Expected.VAULT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.ServerBinary;
import tech.kyotu.groundwork.testing.ServerProcess;

/** Settings that are wrong: each is named where people look, with the next step. */
@Tag("trouble")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SettingsTroubleIT {
  private static final String POLICY = "groundwork-operator";

  private World world;

  @TempDir private Path folder;

  @BeforeAll
  void start() {
    ServerBinary.require(ServerBinary.values());
    world = World.start(Wishes.in("trouble-settings").withAuditLog());
  }

  @AfterAll
  void end() {
    world.close();
  }

  @Test
  void whatCanBeSeenAtTheStartIsToldThereAllAtOnce() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty"), "\n", UTF_8);
    Map<String, String> wrong =
        Map.of(
            "groundwork.gitlab.url", "http://gitlab.example.com",
            "groundwork.gitlab.token-file", folder.resolve("absent").toString(),
            "groundwork.git.flux.credential-file", empty.toString(),
            "groundwork.git.deployment.url", "deployment.git",
            "groundwork.git.template-folder", folder.toString(),
            "groundwork.vault.kv-version", "3",
            "groundwork.registry.host", "https://registry.example.com");

    assertThatThrownBy(() -> world.startOperator(wrong))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ended with status 1")
        .hasMessageContaining("Groundwork cannot start, its settings need mending:")
        .hasMessageContaining("groundwork.gitlab.url must start with https://")
        .hasMessageContaining("groundwork.gitlab.token-file names a file that cannot be read: ")
        .hasMessageContaining("groundwork.git.flux.credential-file names an empty file: ")
        .hasMessageContaining(
            "groundwork.git.deployment.url is not an address; write it as https://host/path")
        .hasMessageContaining("holds no folder flux-repo-template; point it at the templates")
        .hasMessageContaining("groundwork.vault.kv-version must be 1 or 2")
        .hasMessageContaining("groundwork.registry.host must be a host");
  }

  @Test
  void whatOnlyUseCanShowIsToldByTheStepThatNeedsIt() throws IOException {
    Map<String, String> wrong =
        Map.of(
            "groundwork.gitlab.url", nobody(),
            "groundwork.vault.address", nobody(),
            "groundwork.git.flux.branch", "release",
            "groundwork.git.template-folder", brokenTemplates().toString());
    try (Installation at = Installation.in(world, wrong)) {
      at.create("settings");
      at.awaitStep("settings", GROUP, "Unknown RemoteUnavailable", "GitLab does not answer");
      at.awaitStep("settings", VAULT, "Unknown RemoteUnavailable", "Vault does not answer at ");
      at.awaitStep(
          "settings",
          FLUX,
          "False PrerequisiteMissing",
          "The Flux repository has no branch release. Create it with a first commit.");
      at.awaitStep(
          "settings",
          ARGO,
          "False TemplateInvalid",
          "argocd-templates/project/appproject.yaml line ",
          "no value \"no-such-thing\". Fix the template, restart.");
      at.awaitShown(
          "settings",
          Expected.stalled("PrerequisiteMissing", FLUX)
              .besides(NAMESPACE)
              .saying("1 of 6 in place."));
    }
  }

  @Test
  void whatIsMendedOutsideIsTakenUpWithoutARestart() throws IOException {
    String secretPolicy =
        world
            .vault()
            .orElseThrow()
            .root()
            .read("sys/policies/acl/" + POLICY)
            .data()
            .path("policy")
            .asText();
    world
        .vault()
        .orElseThrow()
        .policy(POLICY, secretPolicy.replaceAll("\\bsecret\\b", "team-secrets"));
    Path credential = Files.writeString(folder.resolve("git"), "groundwork:old-password", UTF_8);
    Path vaultToken = Files.writeString(folder.resolve("vault"), "hvs.old-token", UTF_8);
    Map<String, String> wrong =
        Map.of(
            "groundwork.vault.mount", "team-secrets",
            "groundwork.vault.token-file", vaultToken.toString(),
            "groundwork.registry.host", nobody().substring("http://".length()),
            "groundwork.git.deployment.credential-file", credential.toString(),
            "groundwork.git.flux.url", nobody() + "/flux.git");
    try (Installation at = Installation.in(world, wrong)) {
      at.create("mended");
      at.awaitStep(
          "mended", VAULT, "False AccessDenied", "(403)", "Add the operator's policy from the");
      at.awaitStep(
          "mended",
          ARGO,
          "False AccessDenied",
          "The deployment repository refused the operator's login (401). Put a user and token");
      at.awaitStep(
          "mended",
          FLUX,
          "Unknown RemoteUnavailable",
          "The Flux repository does not answer (",
          "Nothing to do unless it lasts.");
      at.awaitStep(
          "mended",
          REGISTRY,
          "False ProbeFailed",
          "The registry 127.0.0.1:",
          "Check the registry address in the operator's settings.");
      assertThat(world.gitlab().liveTokens(World.PARENT_GROUP + "/mended")).isEmpty();

      Installation.swap(
          credential, Files.readString(at.credential("git.deployment.credential-file")));
      Installation.swap(vaultToken, Files.readString(at.credential("vault.token-file")));
      at.awaitStep("mended", ARGO, "True InPlace");
      at.awaitStep("mended", VAULT, "False PrerequisiteMissing", "team-secrets");
      Map<String, ?> engine = Map.of("type", "kv", "options", Map.of("version", "2"));
      assertThat(at.vault().root().write("sys/mounts/team-secrets", engine).status())
          .isEqualTo(204);
      at.awaitStep("mended", VAULT, "True InPlace");
    }
  }

  /** Templates with a value that nobody gives. */
  private Path brokenTemplates() throws IOException {
    Path copy = Files.createDirectories(folder.resolve("templates"));
    for (String name : new String[] {"flux-repo-template", "argocd-templates"}) {
      Path from = ServerBinary.projectRoot().resolve(name);
      try (Stream<Path> all = Files.walk(from)) {
        for (Path each : all.toList()) {
          Path to = copy.resolve(name).resolve(from.relativize(each).toString());
          if (Files.isDirectory(each)) {
            Files.createDirectories(to);
          } else {
            Files.copy(each, to);
          }
        }
      }
    }
    Path project = copy.resolve("argocd-templates/project/appproject.yaml");
    String text = Files.readString(project, UTF_8);
    assertThat(text).contains("<name>");
    Files.writeString(project, text.replace("<name>", "<no-such-thing>"), UTF_8);
    return copy;
  }

  private static String nobody() {
    return "http://127.0.0.1:" + ServerProcess.freePort();
  }
}
