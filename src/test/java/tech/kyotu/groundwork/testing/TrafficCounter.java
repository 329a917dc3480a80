package tech.kyotu.groundwork.testing;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** Counts what one repository is asked, from several threads. */
final class TrafficCounter {
  private final LongAdder listings = new LongAdder();
  private final LongAdder fetches = new LongAdder();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final Queue<Push> pushes = new ConcurrentLinkedQueue<>();

  void listing() {
    listings.increment();
  }

  void fetch() {
    fetches.increment();
  }

  void push(Push push) {
    pushes.add(push);
    (push.refusal().isEmpty() ? accepted : refused).increment();
  }

  void in(int bytes) {
    bytesIn.add(bytes);
  }

  void out(int bytes) {
    bytesOut.add(bytes);
  }

  List<Push> pushes() {
    return List.copyOf(pushes);
  }

  Traffic traffic() {
    return new Traffic(
        listings.sum(),
        fetches.sum(),
        accepted.sum(),
        refused.sum(),
        bytesIn.sum(),
        bytesOut.sum());
  }
}
