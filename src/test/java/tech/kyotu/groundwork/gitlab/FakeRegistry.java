package tech.kyotu.groundwork.gitlab;

import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.FaultPoints;

/** A registry that believes GitLab, unless a test says otherwise. Every call is a fault point. */
public final class FakeRegistry implements ImageRegistry {

  private final FakeGitLab gitlab;
  private final FaultPoints faults;
  private boolean isDown;
  private boolean refusesAll;

  /** Believes this GitLab. */
  public FakeRegistry(FakeGitLab gitlab, FaultPoints faults) {
    this.gitlab = gitlab;
    this.faults = faults;
  }

  void goDown() {
    isDown = true;
  }

  void refuseAll() {
    refusesAll = true;
  }

  @Override
  public void requireReady() throws StepException {
    faults.before("registry.requireReady");
    if (isDown) {
      throw new RetryableException(Reason.PROBE_FAILED, "The registry does not answer.");
    }
    faults.after("registry.requireReady");
  }

  @Override
  public Verdict probe(String user, SecretValue value) throws StepException {
    faults.before("registry.probe " + user);
    boolean isGood = !refusesAll && gitlab.accepts(value.reveal());
    faults.after("registry.probe " + user);
    return isGood ? new Verdict.Accepted() : new Verdict.Refused(401);
  }
}
