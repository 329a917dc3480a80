package tech.kyotu.groundwork.gitlab.simulator;

import java.util.concurrent.atomic.AtomicInteger;

/** A fault that waits for its requests, and tells how often it was met and fired. */
public final class ArmedFault {
  private final long id;
  private final Fault fault;
  private final AtomicInteger hits = new AtomicInteger();
  private final AtomicInteger fired = new AtomicInteger();

  ArmedFault(long id, Fault fault) {
    this.id = id;
    this.fault = fault;
  }

  /** Returns its number among those armed since the start. */
  public long id() {
    return id;
  }

  /** Returns how many requests it matched so far, fired at or not. */
  public int hits() {
    return hits.get();
  }

  /** Returns how often it fired so far. */
  public int fired() {
    return fired.get();
  }

  Fault fault() {
    return fault;
  }

  /** Counts a matching request and says whether it is to be hit. */
  boolean meets() {
    return fault.firesAt(hits.incrementAndGet());
  }

  void fire() {
    fired.incrementAndGet();
  }
}
