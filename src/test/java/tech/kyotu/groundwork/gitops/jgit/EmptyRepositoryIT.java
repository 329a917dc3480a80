package tech.kyotu.groundwork.gitops.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.gitops.FileChange;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.gitops.PushVerdict;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.Push;
import tech.kyotu.groundwork.testing.Settings;

/** A repository that nobody has pushed to yet. */
class EmptyRepositoryIT {

  @TempDir private Path folder;
  private GitServer server;
  private HostedRepository hosted;

  @BeforeEach
  void startServer() throws IOException {
    server = GitServer.start(Files.createDirectory(folder.resolve("served")));
    hosted = server.createEmpty("empty");
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private JGitRepository open(PathFence fence, boolean mayBootstrap, String who)
      throws IOException {
    Path credential = folder.resolve("credential");
    Files.writeString(credential, server.username() + ":" + server.token());
    String name = "git." + fence.word();
    return new JGitRepository(
        Settings.of(
            Map.of(
                name + ".url",
                hosted.url(),
                name + ".credential-file",
                credential.toString(),
                "git.allow-plain-http",
                "true",
                "git.bootstrap",
                String.valueOf(mayBootstrap),
                "git.clone-folder",
                folder.resolve("clones-" + who).toString())),
        fence,
        Clock.systemUTC());
  }

  /** As they stand in the folder, without those of the Projects. */
  private static Map<String, String> template(String name) throws IOException {
    Map<String, String> files = new TreeMap<>();
    Path root = Path.of(name);
    try (Stream<Path> found = Files.walk(root)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(file).toString(), Files.readString(file));
      }
    }
    files.keySet().removeIf(path -> path.startsWith("project/"));
    return files;
  }

  private static void assertRefused(Reason reason, String sentence, ThrowingCallable call) {
    assertThatThrownBy(call)
        .hasMessageContaining(sentence)
        .asInstanceOf(InstanceOfAssertFactories.type(StepException.class))
        .extracting(StepException::reason)
        .isEqualTo(reason);
  }

  @Test
  void isLeftAloneUnlessASettingSaysOtherwise() throws Exception {
    try (JGitRepository repository = open(PathFence.FLUX, false, "one")) {
      assertRefused(
          Reason.PREREQUISITE_MISSING,
          "The Flux repository is empty. Push flux-repo-template to its branch main as its README"
              + " says, or set groundwork.git.bootstrap=true.",
          repository::fetch);
      assertThat(hosted.pushes()).isEmpty();
    }
  }

  @Test
  void beginsWithTheTemplateOfTheFluxRepository() throws Exception {
    try (JGitRepository repository = open(PathFence.FLUX, true, "one")) {
      String tip = repository.fetch();
      assertThat(hosted.history()).singleElement().matches(first -> first.parents().isEmpty());
      assertThat(tip).isEqualTo(hosted.tip());
      assertThat(hosted.files())
          .isEqualTo(template("flux-repo-template"))
          .containsKeys(
              "README.md", "CODEOWNERS", "projects/.gitkeep", "clusters/main/projects.yaml");
      FileChange change =
          FileChange.put("projects/a-dev/tenant.yaml", "a".getBytes(StandardCharsets.UTF_8));
      String next = repository.commit(tip, List.of(change), "m");
      assertThat(repository.push(tip, next)).isEqualTo(PushVerdict.ACCEPTED);
      assertThat(repository.fetch()).isEqualTo(next);
    }
  }

  @Test
  void beginsWithTheTemplateOfTheDeploymentRepository() throws Exception {
    try (JGitRepository repository = open(PathFence.DEPLOYMENT, true, "one")) {
      repository.fetch();
      Map<String, String> wanted = template("argocd-templates");
      wanted.put("applications/.gitkeep", "");
      assertThat(hosted.files())
          .isEqualTo(wanted)
          .containsKeys("README.md", "root/root-application.yaml");
    }
  }

  @Test
  void beginsAnewWhenItIsEmptiedWhileWeLive() throws Exception {
    try (JGitRepository repository = open(PathFence.FLUX, true, "one")) {
      String first = repository.fetch();
      FileChange change =
          FileChange.put("projects/a-dev/tenant.yaml", "a".getBytes(StandardCharsets.UTF_8));
      String second = repository.commit(first, List.of(change), "m");
      assertThat(repository.push(first, second)).isEqualTo(PushVerdict.ACCEPTED);
      empty();
      String tip = repository.tip();
      assertThat(hosted.history()).extracting(HostedRepository.Commit::id).containsExactly(tip);
      assertThat(hosted.files()).isEqualTo(template("flux-repo-template"));
      assertThat(repository.isSound()).isTrue();
      assertThat(repository.fetch()).isEqualTo(tip);
      String next = repository.commit(tip, List.of(change), "m");
      assertThat(repository.push(tip, next)).isEqualTo(PushVerdict.ACCEPTED);
    }
  }

  @Test
  void saysWhatToDoWhenItIsEmptiedAndNoSettingLetsItBeginAnew() throws Exception {
    hosted.commit("First commit", Map.of("README.md", "hello"));
    try (JGitRepository repository = open(PathFence.FLUX, false, "one")) {
      repository.fetch();
      empty();
      assertRefused(
          Reason.PREREQUISITE_MISSING,
          "is empty. Push flux-repo-template to its branch main",
          repository::tip);
    }
  }

  private void empty() throws IOException {
    Files.deleteIfExists(hosted.folder().resolve("packed-refs"));
    Files.delete(hosted.folder().resolve("refs/heads/main"));
  }

  @Test
  void isNotEmptyWithAnotherBranch() throws Exception {
    hosted.commit("First commit", Map.of("README.md", "hello"));
    Path heads = hosted.folder().resolve("refs/heads");
    Files.move(heads.resolve("main"), heads.resolve("trunk"));
    try (JGitRepository repository = open(PathFence.FLUX, true, "one")) {
      assertRefused(Reason.PREREQUISITE_MISSING, "has no branch main", repository::fetch);
      assertThat(hosted.pushes()).isEmpty();
    }
  }

  @Test
  void getsOneFirstCommitFromTwoOperatorsAtOnce() throws Exception {
    AtomicReference<String> others = new AtomicReference<>();
    try (JGitRepository one = open(PathFence.FLUX, true, "one");
        JGitRepository other = open(PathFence.FLUX, true, "other")) {
      hosted
          .faults()
          .judge(
              push -> {
                // While the first one's push is on its way, the second one is faster.
                if (others.compareAndSet(null, "")) {
                  others.set(tip(other));
                }
                return Optional.empty();
              });
      assertThat(one.fetch()).isEqualTo(others.get()).isEqualTo(hosted.tip());
    }
    assertThat(hosted.history()).hasSize(1);
    assertThat(hosted.pushes()).hasSize(2).allMatch(Push::fastForward);
    assertThat(hosted.pushes().get(1).refusal()).isPresent();
  }

  private static String tip(JGitRepository repository) {
    try {
      return repository.fetch();
    } catch (StepException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void saysThatTheServerTakesNoFirstCommit() throws Exception {
    hosted.faults().judge(push -> Optional.of("not from you"));
    try (JGitRepository repository = open(PathFence.FLUX, true, "one")) {
      assertRefused(Reason.PUSH_REJECTED, "not from you", repository::fetch);
    }
  }
}
