package tech.kyotu.groundwork.gitops;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.SpecRules;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Effect;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/**
 * How a plan comes from an edit, the same for both repositories: the step runs the edit on the
 * newest known tip, and what the lane says of it comes first.
 */
final class PublishedFiles {

  /** Says what an edit would change, once it is known to change something. */
  @FunctionalInterface
  interface Description {
    List<Change> of(Effect effect) throws StepException;
  }

  private final GitPublisher publisher;

  PublishedFiles(GitPublisher publisher) {
    this.publisher = publisher;
  }

  /**
   * The files, if the server confirmed lately that they are the newest; empty if the lane has to
   * look first: it wakes the Project then.
   *
   * @throws StepException if the lane cannot look
   */
  Optional<TreeView> files(Project project) throws StepException {
    Optional<RepositoryView> view = publisher.freshView();
    if (view.isEmpty()) {
      publisher.look(project.ref());
      Optional<StepException> trouble = publisher.trouble();
      if (trouble.isPresent()) {
        throw trouble.get();
      }
    }
    return view.map(RepositoryView::files);
  }

  /** While the lane looks. */
  StepPlan looking() {
    return StepPlan.waits(
        Reason.WAITING_FOR_PUSH,
        "Waits for a look at the %s.".formatted(publisher.settings().title()));
  }

  /**
   * What an edit still needs.
   *
   * @param edit what is wanted
   * @param tree the files
   * @param subject the file, as people call it
   * @param description what it would change
   * @return empty if all is in place and the lane holds no edit of this Project
   * @throws StepException why it does not get through, or may not
   */
  Optional<StepPlan> needed(Edit edit, TreeView tree, String subject, Description description)
      throws StepException {
    List<FileChange> changes = edit.changes(tree);
    Standing standing = publisher.standing(edit);
    // What the lane still holds counts even if the tip looks right: an older edit may be in flight.
    if (changes.isEmpty() && standing instanceof Standing.Idle) {
      return Optional.empty();
    }
    Outcome.Waiting queued = queued(edit, subject);
    if (standing instanceof Standing.Failed failed) {
      throw failed.trouble();
    }
    if (standing instanceof Standing.Queued) {
      return Optional.of(StepPlan.waits(queued.reason(), queued.message()));
    }
    Effect submit =
        held -> {
          publisher.submit(edit);
          return queued;
        };
    List<Change> described =
        changes.isEmpty()
            ? List.of(Change.of(Verb.UPDATE, subject, "an earlier edit of it still waits", submit))
            : description.of(submit);
    return Optional.of(StepPlan.of(described, queued.message()));
  }

  private Outcome.Waiting queued(Edit edit, String subject) {
    String title = publisher.settings().title();
    return switch (edit.purpose()) {
      case SET_UP ->
          new Outcome.Waiting(
              Reason.WAITING_FOR_PUSH,
              "The edit for %s is queued for the next push to the %s.".formatted(subject, title));
      case REMOVE ->
          new Outcome.Waiting(
              Reason.REMOVING,
              "The removal from %s is queued for the next push to the %s."
                  .formatted(subject, title));
    };
  }

  /** Our newest commit for the Project, for the status. */
  UnaryOperator<Holdings> commitOf(Project project) {
    return held -> publisher.newestCommit(project.uid()).map(held::with).orElse(held);
  }

  /** What a write of a file is: a first one, an adoption, a repair, a change of access. */
  Change write(Project project, FileClaim claim, boolean wasThere, Wish wish, Effect effect)
      throws StepException {
    String path = claim.path();
    return switch (claim.state()) {
      case ABSENT -> {
        Optional<String> culprit = wasThere ? culprit(path) : Optional.empty();
        yield culprit.isPresent()
            ? repair(Verb.CREATE, path, "removed by " + culprit.get(), effect)
            : Change.of(Verb.CREATE, path, "is absent", EventReason.COMMITTED, effect);
      }
      case ADOPTED ->
          Change.of(
              Verb.ADOPT, path, "exists without a living owner", EventReason.COMMITTED, effect);
      case REATTACHED ->
          Change.of(
              Verb.ADOPT,
              path,
              "bears the mark of this Project from before a restore",
              EventReason.REATTACHED,
              effect);
      case OURS -> {
        Optional<String> culprit = culprit(path);
        yield culprit.isPresent()
            ? repair(Verb.UPDATE, path, "changed by " + culprit.get(), effect)
            : update(project, path, wish, effect);
      }
    };
  }

  /** Old and new content of one file. */
  record Wish(Supplier<String> before, String after) {
    static Wish of(Optional<byte[]> before, byte[] after) {
      return new Wish(
          () -> before.map(Wish::text).orElse(""), new String(after, StandardCharsets.UTF_8));
    }

    private static String text(byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static Change repair(Verb verb, String path, String why, Effect effect) {
    return Change.of(
        verb, path, "Put back %s (%s).".formatted(path, why), EventReason.DRIFT_REPAIRED, effect);
  }

  private static Change update(Project project, String path, Wish wish, Effect effect) {
    Optional<String> group = formerGroup(wish.before().get(), wish.after(), project.googleGroup());
    return group.isPresent()
        ? Change.of(
            Verb.UPDATE,
            path,
            "Moving access from %s to %s.".formatted(group.get(), project.googleGroup()),
            EventReason.ACCESS_CHANGED,
            effect)
        : Change.of(
            Verb.UPDATE,
            path,
            "the Project, a setting or the template changed",
            EventReason.COMMITTED,
            effect);
  }

  /** Somebody else, if it was not us who touched the file last. */
  private Optional<String> culprit(String path) throws StepException {
    return publisher
        .lastTouched(path)
        .filter(touch -> !touch.isOurs())
        .map(touch -> touch.commit().substring(0, 7) + ", " + touch.author());
  }

  /** The other group, if two texts differ in nothing but the group. */
  private static Optional<String> formerGroup(String before, String after, String group) {
    List<String> old = before.lines().toList();
    List<String> now = after.lines().toList();
    Optional<String> former = Optional.empty();
    if (old.size() != now.size()) {
      return Optional.empty();
    }
    for (int line = 0; line < now.size(); line++) {
      if (now.get(line).equals(old.get(line))) {
        continue;
      }
      int start = now.get(line).indexOf(group);
      int rest = now.get(line).length() - start - group.length();
      int end = old.get(line).length() - rest;
      if (start < 0 || end <= start) {
        return Optional.empty();
      }
      String candidate = old.get(line).substring(start, end);
      if (!SpecRules.isGoogleGroup(candidate)
          || !now.get(line).replace(group, candidate).equals(old.get(line))) {
        return Optional.empty();
      }
      former = Optional.of(candidate);
    }
    return former;
  }
}
