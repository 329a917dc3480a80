package tech.kyotu.groundwork.gitops;

import java.util.Map;
import java.util.Optional;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;

/** The fake keeps the same promises as the real one, otherwise its tests would prove nothing. */
class FakeGitRepositoryTest extends GitRepositoryContract {

  private final FakeGitRepository fake = new FakeGitRepository(INITIAL);

  @Override
  protected GitRepository repository() {
    return fake;
  }

  @Override
  protected String serverTip() {
    return fake.serverTip();
  }

  @Override
  protected Optional<String> onServer(String path) {
    return fake.onServer(path);
  }

  @Override
  protected void rivalPuts(String path, String text) {
    fake.rivalPuts(path, text);
  }

  @Override
  protected void rivalRemoves(String path) {
    fake.rivalRemoves(path);
  }

  @Override
  protected void rewriteHistory(Map<String, String> files) {
    fake.rewrite(files);
  }

  @Override
  protected void refusePushes(String why) {
    fake.judge = commit -> Optional.of(new PushVerdict(PushVerdict.Kind.DECLINED, why));
  }

  @Override
  protected void loseTheNextAnswerAfterItCounts() {
    fake.judge =
        commit -> {
          fake.take(commit);
          return Optional.of(new PushVerdict(PushVerdict.Kind.UNKNOWN, ""));
        };
  }

  @Override
  protected void takeTheServerAway() {
    fake.network = () -> new RetryableException(Reason.REMOTE_UNAVAILABLE, "no answer");
  }
}
