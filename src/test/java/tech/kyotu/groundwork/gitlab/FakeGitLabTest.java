package tech.kyotu.groundwork.gitlab;

import tech.kyotu.groundwork.testing.FaultPoints;
import tech.kyotu.groundwork.testing.MovableClock;

/** The fake keeps what the port promises, so that steps tested with it work with the adapter. */
class FakeGitLabTest extends GitLabContract {

  private final FakeGitLab gitlab =
      new FakeGitLab(MovableClock.at("2026-11-20T12:04:00Z"), new FaultPoints());

  @Override
  GitLab gitlab() {
    return gitlab;
  }

  @Override
  GitLab.GroupRef givenGroup(String fullPath) {
    return gitlab.addGroup(fullPath).ref();
  }

  @Override
  boolean works(SecretValue value) {
    return gitlab.accepts(value.reveal());
  }
}
