package tech.kyotu.groundwork.gitlab.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The armed faults. Each counts the requests it matches; the first that is due fires. */
final class Faults {
  private final List<ArmedFault> armed = new ArrayList<>();
  private long lastId;

  synchronized ArmedFault arm(Fault fault) {
    ArmedFault added = new ArmedFault(++lastId, fault);
    armed.add(added);
    return added;
  }

  synchronized void disarm() {
    armed.clear();
  }

  synchronized List<ArmedFault> armed() {
    return List.copyOf(armed);
  }

  synchronized Optional<Fault> hit(Incoming in, Identity caller) {
    List<ArmedFault> due =
        armed.stream()
            .filter(each -> each.fault().concerns(in, caller))
            .filter(ArmedFault::meets)
            .toList();
    due.stream().findFirst().ifPresent(ArmedFault::fire);
    return due.stream().findFirst().map(ArmedFault::fault);
  }
}
