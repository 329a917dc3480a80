package tech.kyotu.groundwork.testing;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.eclipse.jgit.transport.ReceivePack;

/**
 * The receiving side of a push, with latency and a judge before and a record after. It would accept
 * a forced push, as a real server without protected branches does: a test that nobody forces must
 * be able to fail.
 */
final class JudgedReceivePack extends ReceivePack {
  private final GitFaults faults;
  private final TrafficCounter counter;

  JudgedReceivePack(Repository git, GitFaults faults, TrafficCounter counter) {
    super(git);
    this.faults = faults;
    this.counter = counter;
    setPreReceiveHook((pack, commands) -> judge(commands));
  }

  /** Recorded before the answer leaves, so that whoever has the answer finds the record. */
  @Override
  protected void executeCommands() {
    super.executeCommands();
    for (ReceiveCommand command : getAllCommands()) {
      counter.push(push(command, refusal(command)));
    }
  }

  private void judge(Collection<ReceiveCommand> commands) {
    pause(faults.latency());
    for (ReceiveCommand command : commands) {
      faults
          .refusal(push(command, Optional.empty()))
          .ifPresent(why -> command.setResult(Result.REJECTED_OTHER_REASON, why));
    }
  }

  private static Optional<String> refusal(ReceiveCommand command) {
    if (command.getResult() == Result.OK) {
      return Optional.empty();
    }
    String told = command.getMessage();
    return Optional.of(told == null ? command.getResult().name() : told);
  }

  private static Push push(ReceiveCommand command, Optional<String> refusal) {
    return new Push(
        command.getRefName(),
        command.getOldId().name(),
        command.getNewId().name(),
        command.getType() == ReceiveCommand.Type.CREATE
            || command.getType() == ReceiveCommand.Type.UPDATE,
        refusal);
  }

  private static void pause(Duration latency) {
    try {
      TimeUnit.NANOSECONDS.sleep(latency.toNanos());
    } catch (InterruptedException e) {
      // The server ends; the push may still land, as it may when a real server ends.
      Thread.currentThread().interrupt();
    }
  }
}
