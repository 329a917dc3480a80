package tech.kyotu.groundwork.gitops.jgit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.gitops.FileChange;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.gitops.PushVerdict;
import tech.kyotu.groundwork.gitops.TreeView;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.HostedRepository;

/** Entries that are no plain files, objects that are not sound, and the machine's own Git. */
class OddThingsIT {

  private static final String TENANT = "tenant.yaml";
  private static final Instant PAST = Instant.parse("2020-01-01T00:00:00Z");

  @TempDir private Path folder;
  private GitServer server;
  private HostedRepository hosted;
  private JGitRepository repository;

  @BeforeEach
  void startServer() throws Exception {
    server = GitServer.start(Files.createDirectory(folder.resolve("served")));
    hosted = server.create("flux", Map.of("README.md", "hello"));
    repository =
        new JGitRepository(
            ServedConfig.of(
                folder,
                hosted.url(),
                server,
                Map.of(
                    "git.author-name", "The Operator",
                    "git.author-email", "operator@example.com")),
            PathFence.FLUX,
            Clock.fixed(PAST, ZoneOffset.UTC));
  }

  @AfterEach
  void stopServer() {
    repository.close();
    server.close();
  }

  /** Commits {@code projects/<name>/<entry>}, whatever the entry is. */
  private void commit(String name, String entry, FileMode mode, ObjectId id) throws Exception {
    try (Git git = Git.open(hosted.folder().toFile());
        ObjectInserter objects = git.getRepository().newObjectInserter()) {
      TreeFormatter project = new TreeFormatter();
      project.append(entry, mode, id);
      TreeFormatter projects = new TreeFormatter();
      projects.append(name, FileMode.TREE, objects.insert(project));
      TreeFormatter root = new TreeFormatter();
      root.append("projects", FileMode.TREE, objects.insert(projects));
      PersonIdent person = new PersonIdent("A Person", "person@example.org");
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(objects.insert(root));
      commit.setParentId(ObjectId.fromString(hosted.tip()));
      commit.setAuthor(person);
      commit.setCommitter(person);
      commit.setMessage("By hand");
      ObjectId made = objects.insert(commit);
      objects.flush();
      RefUpdate move = git.getRepository().updateRef("refs/heads/main");
      move.setNewObjectId(made);
      assertThat(move.update()).isEqualTo(RefUpdate.Result.FAST_FORWARD);
    }
  }

  private ObjectId blob(byte[] content) throws Exception {
    try (Git git = Git.open(hosted.folder().toFile());
        ObjectInserter objects = git.getRepository().newObjectInserter()) {
      ObjectId id = objects.insert(Constants.OBJ_BLOB, content);
      objects.flush();
      return id;
    }
  }

  private static FileChange put(String path, String text) {
    return FileChange.put(path, text.getBytes(UTF_8));
  }

  private void assertUnreadable(TreeView tree, String path) {
    assertThatThrownBy(() -> tree.file(path))
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREADABLE_FILE));
  }

  @Test
  void followsNoLink() throws Exception {
    commit("a-dev", TENANT, FileMode.SYMLINK, blob("../../README.md".getBytes(UTF_8)));
    TreeView tree = repository.view(repository.fetch());
    assertThat(tree.kind("projects/a-dev/tenant.yaml")).isEqualTo(TreeView.Kind.OTHER);
    assertThat(tree.id("projects/a-dev/tenant.yaml")).isEmpty();
    assertThat(tree.filesBelow("projects")).isEmpty();
    assertUnreadable(tree, "projects/a-dev/tenant.yaml");
  }

  @Test
  void followsNoSubmodule() throws Exception {
    commit("a-dev", TENANT, FileMode.GITLINK, ObjectId.fromString("1".repeat(40)));
    TreeView tree = repository.view(repository.fetch());
    assertThat(tree.kind("projects/a-dev/tenant.yaml")).isEqualTo(TreeView.Kind.OTHER);
    assertThat(tree.kind("projects/a-dev/tenant.yaml/below")).isEqualTo(TreeView.Kind.ABSENT);
    assertUnreadable(tree, "projects/a-dev/tenant.yaml");
  }

  @Test
  void readsNoFileOfMoreThanAMebibyteAndEachOneUpToIt() throws Exception {
    commit("a-dev", TENANT, FileMode.REGULAR_FILE, blob(new byte[TreeView.LARGEST_FILE]));
    TreeView largest = repository.view(repository.fetch());
    assertThat(largest.file("projects/a-dev/tenant.yaml").orElseThrow())
        .hasSize(TreeView.LARGEST_FILE);
    commit("a-dev", TENANT, FileMode.REGULAR_FILE, blob(new byte[TreeView.LARGEST_FILE + 1]));
    assertUnreadable(repository.view(repository.fetch()), "projects/a-dev/tenant.yaml");
  }

  @Test
  void leavesAFileExecutable() throws Exception {
    commit("a-dev", TENANT, FileMode.EXECUTABLE_FILE, blob("#!/bin/sh".getBytes(UTF_8)));
    String base = repository.fetch();
    String commit =
        repository.commit(
            base,
            List.of(put("projects/a-dev/tenant.yaml", "a"), put("projects/b-dev/tenant.yaml", "b")),
            "m");
    assertThat(repository.push(base, commit)).isEqualTo(PushVerdict.ACCEPTED);
    try (Git git = Git.open(hosted.folder().toFile())) {
      assertThat(mode(git.getRepository(), commit, "projects/a-dev/tenant.yaml"))
          .isEqualTo(FileMode.EXECUTABLE_FILE);
      assertThat(mode(git.getRepository(), commit, "projects/b-dev/tenant.yaml"))
          .isEqualTo(FileMode.REGULAR_FILE);
    }
  }

  private static FileMode mode(Repository git, String commit, String path) throws Exception {
    RevCommit parsed = git.parseCommit(ObjectId.fromString(commit));
    try (TreeWalk found = TreeWalk.forPath(git, path, parsed.getTree())) {
      return found.getFileMode();
    }
  }

  @Test
  void writesFoldersInTheOrderOfGit() throws Exception {
    String base = repository.fetch();
    String first =
        repository.commit(
            base,
            List.of(
                put("a/b", "1"), put("a.b", "1"), put("a-b", "1"), put("a0", "1"), put("é", "1")),
            "m");
    String second = repository.commit(first, List.of(put("a/c", "2"), put("z", "2")), "m");
    repository.push(base, second);
    assertThat(hosted.files().keySet())
        .containsExactly("README.md", "a-b", "a.b", "a/b", "a/c", "a0", "z", "é");
    try (Git git = Git.open(hosted.folder().toFile())) {
      RevCommit parsed = git.getRepository().parseCommit(ObjectId.fromString(second));
      byte[] tree = git.getRepository().open(parsed.getTree()).getBytes();
      assertThatCode(() -> new ObjectChecker().checkTree(tree)).doesNotThrowAnyException();
    }
  }

  @Test
  void runsNoFilterAndFetchesNoLargeFile() throws Exception {
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    hosted.commit(
        "By hand",
        Map.of(
            ".gitattributes", "* text eol=crlf filter=lfs\n",
            ".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = http://127.0.0.1:1/x\n",
            ".lfsconfig", "[lfs]\n\turl = http://127.0.0.1:1/lfs\n",
            "projects/a-dev/tenant.yaml", pointer));
    String base = repository.fetch();
    assertThat(repository.view(base).file("projects/a-dev/tenant.yaml"))
        .contains(pointer.getBytes(UTF_8));
    String commit = repository.commit(base, List.of(put("projects/b-dev/tenant.yaml", "a\n")), "m");
    repository.push(base, commit);
    assertThat(hosted.files()).containsEntry("projects/b-dev/tenant.yaml", "a\n");
  }

  @Test
  void takesNoObjectThatIsNotSound() throws Exception {
    String before = repository.fetch();
    commit("a-dev", ".GIT", FileMode.REGULAR_FILE, blob("x".getBytes(UTF_8)));
    assertThatThrownBy(repository::fetch)
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("invalid name '.GIT'");
    assertThat(repository.isSound()).isTrue();
    assertThat(repository.view(before).file("README.md")).isPresent();
  }

  @Test
  void commitsInOneNameAndNeverBeforeTheParent() throws Exception {
    String base = repository.fetch();
    String commit = repository.commit(base, List.of(put("README.md", "x")), "m");
    repository.push(base, commit);
    try (Git git = Git.open(hosted.folder().toFile())) {
      RevCommit ours = git.getRepository().parseCommit(ObjectId.fromString(commit));
      RevCommit parent = git.getRepository().parseCommit(ObjectId.fromString(base));
      assertThat(ours.getParents()).hasSize(1);
      assertThat(ours.getAuthorIdent().toExternalString())
          .startsWith("The Operator <operator@example.com> ")
          .isEqualTo(ours.getCommitterIdent().toExternalString());
      assertThat(ours.getCommitTime()).isEqualTo(parent.getCommitTime());
      assertThat(parent.getCommitTime()).isGreaterThan((int) PAST.getEpochSecond());
    }
  }

  @Test
  void readsAndWritesNoConfigurationOfTheMachine() throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    Files.writeString(home.resolve(".gitconfig"), "[http]\n\tproxy = http://127.0.0.1:1\n");
    FS machine = FS.DETECTED.newInstance();
    machine.setUserHome(home.toFile());
    SystemReader reader = SystemReader.getInstance();
    for (var config :
        List.of(
            reader.openUserConfig(null, machine),
            reader.openJGitConfig(null, machine),
            reader.openSystemConfig(null, machine))) {
      config.load();
      assertThat(config.getSections()).isEmpty();
      config.setString("a", null, "b", "c");
      config.save();
    }
    try (var files = Files.list(home)) {
      assertThat(files).containsExactly(home.resolve(".gitconfig"));
    }
    assertThat(Files.readString(home.resolve(".gitconfig"))).doesNotContain("[a]");
  }
}
