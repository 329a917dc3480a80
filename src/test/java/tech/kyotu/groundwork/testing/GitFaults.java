package tech.kyotu.groundwork.testing;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * What the next requests to one repository will suffer, and who judges its pushes. May be changed
 * while it serves.
 */
public final class GitFaults {
  private final Map<GitCall, Queue<GitFault>> next = new EnumMap<>(GitCall.class);
  private final Queue<GitFault.Hang> hangs = new ConcurrentLinkedQueue<>();
  private volatile Function<Push, Optional<String>> judge = push -> Optional.empty();
  private volatile Duration pushLatency = Duration.ZERO;

  GitFaults() {
    for (GitCall call : GitCall.values()) {
      next.put(call, new ConcurrentLinkedQueue<>());
    }
  }

  /**
   * Lets the next requests of a kind fail; faults queue up in the order of these calls, one per
   * request.
   */
  public void failNext(GitCall call, int requests, GitFault fault) {
    for (int i = 0; i < requests; i++) {
      next.get(call).add(fault);
    }
  }

  /** Lets the next request of a kind hang. */
  public GitFault.Hang hangNext(GitCall call) {
    GitFault.Hang hang = new GitFault.Hang();
    hangs.add(hang);
    failNext(call, 1, hang);
    return hang;
  }

  /**
   * Sets who is asked before a push counts, as a hook of the server. Its objects can be read then;
   * a text it returns refuses the push and is what the pusher is told.
   */
  public void judge(Function<Push, Optional<String>> decides) {
    judge = decides;
  }

  /** How long each push takes between its arrival and its effect. */
  public void pushLatency(Duration latency) {
    pushLatency = latency;
  }

  Optional<GitFault> take(GitCall call) {
    return Optional.ofNullable(next.get(call).poll());
  }

  Optional<String> refusal(Push push) {
    return judge.apply(push);
  }

  Duration latency() {
    return pushLatency;
  }

  /** Nothing hangs for ever: a server that ends lets everybody go. */
  void releaseAll() {
    hangs.forEach(GitFault.Hang::release);
  }
}
