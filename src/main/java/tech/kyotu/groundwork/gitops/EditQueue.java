package tech.kyotu.groundwork.gitops;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.step.StepException;

/**
 * The edits of one lane, one for each Project, first submitted first. An edit stays here while it
 * is being pushed, so that a newer one can take its place at any time.
 */
final class EditQueue {

  private record Refusal(Edit edit, StepException trouble, Instant until) {}

  private final Map<String, Edit> waiting = new LinkedHashMap<>();

  /** Stays while a refused edit is tried again, so that its Project does not flap. */
  private final Map<String, Refusal> refusals = new HashMap<>();

  synchronized void submit(Edit edit) {
    refusals.remove(edit.key());
    waiting.put(edit.key(), edit);
  }

  synchronized List<Edit> first(int most) {
    return waiting.values().stream().limit(most).toList();
  }

  /** Those that no newer edit has replaced. */
  synchronized List<Edit> stillWaiting(Collection<Edit> edits) {
    return edits.stream().filter(edit -> edit.equals(waiting.get(edit.key()))).toList();
  }

  /** Takes out what the branch holds now. */
  synchronized void done(Collection<Edit> edits) {
    for (Edit edit : edits) {
      if (waiting.remove(edit.key(), edit)) {
        refusals.remove(edit.key());
      }
    }
  }

  /** Takes out an edit that does not get through, until its time has come. */
  synchronized void refuse(Edit edit, StepException trouble, Instant until) {
    if (waiting.remove(edit.key(), edit)) {
      refusals.put(edit.key(), new Refusal(edit, trouble, until));
    }
  }

  /** Puts back the refused edits whose time has come. */
  synchronized void retryRefused(Instant now) {
    for (Refusal refusal : refusals.values()) {
      if (!refusal.until().isAfter(now)) {
        waiting.putIfAbsent(refusal.edit().key(), refusal.edit());
      }
    }
  }

  /** Forgets that an edit was refused, so that its Project may hand it in anew. */
  synchronized void pardon(String key) {
    refusals.remove(key);
  }

  /** Forgets all about a Project that is gone. */
  synchronized void forget(String key) {
    waiting.remove(key);
    refusals.remove(key);
  }

  /** Where an edit with this key and wish stands, as long as the lane itself is well. */
  synchronized Standing standing(String key, String wish) {
    Refusal refusal = refusals.get(key);
    if (refusal != null) {
      return refusal.edit().wish().equals(wish)
          ? new Standing.Failed(refusal.trouble())
          : new Standing.Outdated();
    }
    Edit queued = waiting.get(key);
    if (queued == null) {
      return new Standing.Idle();
    }
    return queued.wish().equals(wish) ? new Standing.Queued(queued) : new Standing.Outdated();
  }

  synchronized int size() {
    return waiting.size();
  }

  /** When the next refused edit is due; empty if none waits for its time. */
  synchronized Optional<Instant> nextRetry() {
    return refusals.values().stream()
        .filter(refusal -> !waiting.containsKey(refusal.edit().key()))
        .map(Refusal::until)
        .min(Instant::compareTo);
  }

  synchronized List<ProjectRef> owners() {
    return waiting.values().stream().map(edit -> edit.owner().owner()).toList();
  }
}
