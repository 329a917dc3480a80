package tech.kyotu.groundwork.gitops.jgit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tech.kyotu.groundwork.gitops.GitRepository;
import tech.kyotu.groundwork.gitops.GitRepositoryContract;
import tech.kyotu.groundwork.testing.GitCall;
import tech.kyotu.groundwork.testing.GitFault;
import tech.kyotu.groundwork.testing.HostedRepository;

/** The contract for the adapter before a real server, whatever the way to it. */
abstract class ServedRepositoryContract extends GitRepositoryContract {

  /** What is served, seen from behind the server; made anew for each test. */
  HostedRepository hosted;

  /** The adapter; made anew for each test. */
  JGitRepository repository;

  @Override
  protected GitRepository repository() {
    return repository;
  }

  @Override
  protected String serverTip() {
    return hosted.tip();
  }

  @Override
  protected Optional<String> onServer(String path) {
    return Optional.ofNullable(hosted.files().get(path));
  }

  @Override
  protected void rivalPuts(String path, String text) {
    hosted.commit("By hand", Map.of(path, text));
  }

  @Override
  protected void rivalRemoves(String path) {
    hosted.commit("By hand", Map.of(), path);
  }

  @Override
  protected void rewriteHistory(Map<String, String> files) {
    List<HostedRepository.Commit> history = hosted.history();
    hosted.rewind(history.get(history.size() - 1).id());
    hosted.commit("Another way", files);
  }

  @Override
  protected void refusePushes(String why) {
    hosted.faults().judge(push -> Optional.of(why));
  }

  @Override
  protected void loseTheNextAnswerAfterItCounts() {
    hosted.faults().failNext(GitCall.PUSH, 1, GitFault.Lost.AFTER_IT_COUNTS);
  }
}
