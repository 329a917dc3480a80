package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The recent past of the records, for reads from a database that lags. It is kept only while a
 * fault wants it, because every change costs a copy. Who asks for a time before that gets what was
 * there when the keeping began.
 */
final class Replica {
  private record State(Instant since, Records records) {}

  private final Deque<State> states = new ArrayDeque<>();

  boolean isKept() {
    return !states.isEmpty();
  }

  void keep(Instant now, Records live) {
    states.addLast(new State(now, live.copy()));
  }

  void forget() {
    states.clear();
  }

  /** The records as they were at the given time; asked for only while they are kept. */
  Records at(Instant time) {
    Iterable<State> newestFirst = states::descendingIterator;
    for (State state : newestFirst) {
      if (!state.since().isAfter(time)) {
        return state.records();
      }
    }
    return states.getFirst().records();
  }
}
