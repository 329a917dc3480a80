package tech.kyotu.groundwork.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Tells the echo of our own writes from what others did, by the resourceVersion that the write was
 * answered with. The event may overtake that answer, so events during a write are held until it is
 * over.
 */
final class OwnWrites {

  private record Held(String version, Runnable tell) {}

  private static final class Entry {
    private int open;
    private final Set<String> written = new HashSet<>();
    private final List<Held> held = new ArrayList<>();
  }

  private final Map<String, Entry> entries = new HashMap<>();

  /**
   * Writes an object.
   *
   * @param key which one
   * @param request answers with the object as written
   */
  <T extends HasMetadata> T write(String key, Supplier<T> request) {
    open(key);
    String version = "";
    try {
      T written = Call.answered(request);
      version = written.getMetadata().getResourceVersion();
      return written;
    } finally {
      close(key, version);
    }
  }

  /** An event of the watch. Runs {@code tell}, now or once a write is over, if it is not ours. */
  void seen(String key, String version, Runnable tell) {
    if (isForeign(key, version, tell)) {
      tell.run();
    }
  }

  /** The object left the watch: whoever did it, its end is news. */
  void seenGone(String key, Runnable tell) {
    synchronized (this) {
      Entry entry = entries.get(key);
      if (entry != null && entry.open == 0) {
        entries.remove(key);
      }
    }
    tell.run();
  }

  private synchronized boolean isForeign(String key, String version, Runnable tell) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return true;
    }
    if (entry.open > 0) {
      entry.held.add(new Held(version, tell));
      return false;
    }
    boolean own = entry.written.remove(version);
    if (entry.written.isEmpty()) {
      entries.remove(key);
    }
    return !own;
  }

  private synchronized void open(String key) {
    entries.computeIfAbsent(key, unused -> new Entry()).open++;
  }

  private void close(String key, String version) {
    List<Held> foreign = new ArrayList<>();
    synchronized (this) {
      Entry entry = entries.get(key);
      if (entry == null) {
        return;
      }
      entry.open--;
      if (!version.isEmpty()) {
        entry.written.add(version);
      }
      if (entry.open == 0) {
        settle(key, entry, foreign);
      }
    }
    foreign.forEach(event -> event.tell.run());
  }

  private void settle(String key, Entry entry, List<Held> foreign) {
    for (Held event : entry.held) {
      if (!entry.written.remove(event.version)) {
        foreign.add(event);
      }
    }
    entry.held.clear();
    if (entry.written.isEmpty()) {
      entries.remove(key);
    }
  }
}
