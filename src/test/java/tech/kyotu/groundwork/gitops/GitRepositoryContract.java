package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/** What a repository promises to its lane, whoever keeps it. */
public abstract class GitRepositoryContract {

  protected static final Map<String, String> INITIAL =
      Map.of("README.md", "hello\n", "projects/a-dev/tenant.yaml", "a: 1\n");

  /** The repository under test; its branch holds {@link #INITIAL}. */
  protected abstract GitRepository repository();

  protected abstract String serverTip();

  protected abstract Optional<String> onServer(String path);

  protected abstract void rivalPuts(String path, String text);

  protected abstract void rivalRemoves(String path);

  protected abstract void rewriteHistory(Map<String, String> files);

  protected abstract void refusePushes(String why);

  protected abstract void loseTheNextAnswerAfterItCounts();

  protected abstract void takeTheServerAway();

  protected static FileChange put(String path, String text) {
    return FileChange.put(path, text.getBytes(StandardCharsets.UTF_8));
  }

  protected static Optional<String> text(TreeView tree, String path) throws StepException {
    return tree.file(path).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private String committed(String base, FileChange... changes) throws StepException {
    return repository()
        .commit(base, List.of(changes), "Groundwork: test\n\nGroundwork-Version: 1\n");
  }

  @Test
  void tellsTheTipOfTheBranch() throws Exception {
    repository().fetch();
    assertThat(repository().tip()).isEqualTo(serverTip());
    rivalPuts("README.md", "changed");
    assertThat(repository().tip()).isEqualTo(serverTip());
  }

  @Test
  void showsTheFilesOfTheFetchedTip() throws Exception {
    TreeView tree = repository().view(repository().fetch());
    assertThat(text(tree, "README.md")).contains("hello\n");
    assertThat(text(tree, "projects/b-dev/tenant.yaml")).isEmpty();
    assertThat(tree.kind("projects")).isEqualTo(TreeView.Kind.FOLDER);
    assertThat(tree.kind("README.md")).isEqualTo(TreeView.Kind.FILE);
    assertThat(tree.kind("nothing/at/all")).isEqualTo(TreeView.Kind.ABSENT);
    assertThat(tree.filesBelow("projects")).containsExactly("projects/a-dev/tenant.yaml");
    assertThat(tree.filesBelow("nothing")).isEmpty();
  }

  @Test
  void tellsTheIdOfAContentAsItCanBeReckonedWithoutARepository() throws Exception {
    TreeView tree = repository().view(repository().fetch());
    byte[] content = "hello\n".getBytes(StandardCharsets.UTF_8);
    assertThat(tree.id("README.md")).contains(BlobId.of(content));
    assertThat(tree.id("projects")).isEmpty();
    assertThat(tree.id("absent")).isEmpty();
  }

  @Test
  void putsACommitOnTheBranch() throws Exception {
    String base = repository().fetch();
    String commit = committed(base, put("projects/b-dev/tenant.yaml", "b: 2\n"));
    assertThat(repository().push(base, commit)).isEqualTo(PushVerdict.ACCEPTED);
    assertThat(serverTip()).isEqualTo(commit);
    assertThat(onServer("projects/b-dev/tenant.yaml")).contains("b: 2\n");
    assertThat(onServer("projects/a-dev/tenant.yaml")).contains("a: 1\n");
    assertThat(onServer("README.md")).contains("hello\n");
  }

  @Test
  void showsItsOwnCommitBeforeAndAfterThePush() throws Exception {
    String base = repository().fetch();
    String commit = committed(base, put("README.md", "ours"));
    assertThat(text(repository().view(commit), "README.md")).contains("ours");
    assertThat(text(repository().view(base), "README.md")).contains("hello\n");
  }

  @Test
  void removesFilesAndLeavesNoEmptyFolder() throws Exception {
    String base = repository().fetch();
    String commit = committed(base, FileChange.remove("projects/a-dev/tenant.yaml"));
    repository().push(base, commit);
    assertThat(onServer("projects/a-dev/tenant.yaml")).isEmpty();
    assertThat(repository().view(commit).kind("projects")).isEqualTo(TreeView.Kind.ABSENT);
  }

  @Test
  void makesNoCommitWhenNothingDiffers() throws Exception {
    String base = repository().fetch();
    assertThat(committed(base, put("README.md", "hello\n"))).isEqualTo(base);
    assertThat(committed(base, FileChange.remove("absent"))).isEqualTo(base);
  }

  @Test
  void declinesAPushWhoseParentIsNoLongerTheTipAndKeepsTheRivalsCommit() throws Exception {
    String base = repository().fetch();
    String commit = committed(base, put("projects/b-dev/tenant.yaml", "b: 2\n"));
    rivalPuts("README.md", "by a rival");
    assertThat(repository().push(base, commit).kind())
        .isIn(PushVerdict.Kind.DECLINED, PushVerdict.Kind.LOCKED, PushVerdict.Kind.UNKNOWN);
    assertThat(onServer("README.md")).contains("by a rival");
    assertThat(onServer("projects/b-dev/tenant.yaml")).isEmpty();
    String newer = repository().fetch();
    assertThat(newer).isEqualTo(serverTip());
    assertThat(repository().isAncestor(base, newer)).isTrue();
    assertThat(repository().isAncestor(commit, newer)).isFalse();
  }

  @Test
  void handsOnWhatAHookSays() throws Exception {
    String base = repository().fetch();
    refusePushes("the hook says no");
    PushVerdict verdict = repository().push(base, committed(base, put("README.md", "x")));
    assertThat(verdict.kind()).isEqualTo(PushVerdict.Kind.DECLINED);
    assertThat(verdict.text()).contains("the hook says no");
    assertThat(serverTip()).isEqualTo(base);
  }

  @Test
  void callsAnAnswerThatWasLostUnknown() throws Exception {
    String base = repository().fetch();
    String commit = committed(base, put("README.md", "x"));
    loseTheNextAnswerAfterItCounts();
    assertThat(repository().push(base, commit).kind()).isEqualTo(PushVerdict.Kind.UNKNOWN);
    assertThat(repository().fetch()).isEqualTo(commit);
  }

  @Test
  void callsAServerThatIsAwayRetryable() throws Exception {
    repository().fetch();
    takeTheServerAway();
    assertThatThrownBy(() -> repository().tip()).isInstanceOf(RetryableException.class);
    assertThatThrownBy(() -> repository().fetch()).isInstanceOf(RetryableException.class);
  }

  @Test
  void namesThePathsThatDifferBelowTheAskedFolders() throws Exception {
    String older = repository().fetch();
    rivalPuts("README.md", "changed");
    rivalPuts("projects/b-dev/tenant.yaml", "b");
    rivalRemoves("projects/a-dev/tenant.yaml");
    String newer = repository().fetch();
    assertThat(repository().changedPaths(older, newer, Set.of("projects"), 2).orElseThrow())
        .containsExactlyInAnyOrder("projects/a-dev/tenant.yaml", "projects/b-dev/tenant.yaml");
    assertThat(repository().changedPaths(older, newer, Set.of("projects"), 1)).isEmpty();
  }

  @Test
  void followsARewrittenHistory() throws Exception {
    rivalPuts("README.md", "soon forgotten");
    String before = repository().fetch();
    rewriteHistory(Map.of("README.md", "anew"));
    String after = repository().fetch();
    assertThat(after).isEqualTo(serverTip());
    assertThat(repository().isAncestor(before, after)).isFalse();
    assertThat(text(repository().view(after), "README.md")).contains("anew");
  }

  @Test
  void tellsWhoTouchedAFileLast() throws Exception {
    String base = repository().fetch();
    String ours = committed(base, put("projects/a-dev/tenant.yaml", "ours"));
    repository().push(base, ours);
    assertThat(repository().lastTouched(ours, "projects/a-dev/tenant.yaml").orElseThrow())
        .matches(GitRepository.Touch::isOurs)
        .extracting(GitRepository.Touch::commit)
        .isEqualTo(ours);
    rivalPuts("projects/a-dev/tenant.yaml", "by hand");
    String tip = repository().fetch();
    assertThat(repository().lastTouched(tip, "projects/a-dev/tenant.yaml").orElseThrow())
        .matches(touch -> !touch.isOurs())
        .extracting(GitRepository.Touch::commit)
        .isEqualTo(tip);
    assertThat(repository().lastTouched(tip, "never/there")).isEmpty();
  }

  @Test
  void knowsWhichCommitsAreHere() throws Exception {
    assertThat(repository().has(repository().fetch())).isTrue();
    assertThat(repository().has("0123456789012345678901234567890123456789")).isFalse();
  }
}
