package tech.kyotu.groundwork.gitops;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Effect;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Preview;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/**
 * How a plan comes from an edit, the same for both repositories: what the lane says of the edit
 * comes first, then the step runs it on the newest known tip.
 */
record PublishedFiles(Branch publisher) {

  /** Tells what an edit would change, once it is known to change something. */
  @FunctionalInterface
  interface Story {
    Telling told() throws StepException;
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

  /** While the lane looks: nothing is known to be missing, so what was in place stays so. */
  StepPlan looking() {
    return StepPlan.waits(
        Reason.PROGRESSING, "Waits for a look at the %s.".formatted(publisher.settings().title()));
  }

  /** Whether the lane holds no edit of a Project: an older one may be in flight. */
  boolean isIdle(Project project) {
    return publisher.standing(project.uid(), "") instanceof Standing.Idle;
  }

  /**
   * The plan while the lane has the edit; empty if it has none that wishes this.
   *
   * @throws StepException why it does not get through
   */
  Optional<StepPlan> underWay(Project project, String wish) throws StepException {
    Standing standing = publisher.standing(project.uid(), wish);
    if (standing instanceof Standing.Failed failed) {
      throw failed.trouble();
    }
    return standing instanceof Standing.Queued queued
        ? Optional.of(StepPlan.waits(reason(queued.edit()), queued.edit().waiting()))
        : Optional.empty();
  }

  private static Reason reason(Edit edit) {
    return switch (edit.purpose()) {
      case SET_UP -> Reason.WAITING_FOR_PUSH;
      case REMOVE -> Reason.REMOVING;
    };
  }

  /**
   * What an edit still needs.
   *
   * @param edit what is wanted
   * @param tree the files
   * @param subject the file, as people call it
   * @param story what it would change
   * @return empty if all is in place and the lane holds no edit of this Project
   * @throws StepException why it does not get through, or may not
   */
  Optional<StepPlan> needed(Project project, Edit edit, TreeView tree, String subject, Story story)
      throws StepException {
    return needed(project, edit, edit.function(), tree, subject, story);
  }

  /**
   * The same for an edit of which this Project needs but a part.
   *
   * @param part what the Project itself needs; the edit does it, and more
   */
  Optional<StepPlan> needed(
      Project project, Edit edit, Edit.Function part, TreeView tree, String subject, Story story)
      throws StepException {
    Optional<StepPlan> underWay = underWay(project, edit.wish());
    if (underWay.isPresent()) {
      return underWay;
    }
    if (!part.changes(tree).isEmpty()) {
      Preview preview = () -> new FileDiffs(publisher.settings(), tree).of(part.changes(tree));
      return Optional.of(submitting(edit, subject, story.told(), preview));
    }
    Telling stale =
        new Telling(
            List.of(), Verb.UPDATE, subject, "an earlier edit of it still waits", Optional.empty());
    return isIdle(project)
        ? Optional.empty()
        : Optional.of(submitting(edit, subject, stale, Preview.NONE));
  }

  private StepPlan submitting(Edit edit, String subject, Telling telling, Preview preview) {
    Edit told = edit.waiting(waiting(edit, subject, telling));
    Effect submit =
        held -> {
          publisher.submit(told);
          return new Outcome.Waiting(reason(told), told.waiting());
        };
    return StepPlan.of(telling.changes(submit, preview), told.waiting());
  }

  private String waiting(Edit edit, String subject, Telling telling) {
    String what =
        switch (edit.purpose()) {
          case SET_UP -> telling.purpose().isEmpty() ? "The edit for" : "the edit for";
          case REMOVE -> "The removal from";
        };
    return "%s%s %s is queued for the next push to the %s."
        .formatted(telling.purpose(), what, subject, publisher.settings().title());
  }

  /** Our newest commit for the Project, for the status. */
  UnaryOperator<Holdings> commitOf(Project project) {
    return held -> publisher.newestCommit(project.uid()).map(held::with).orElse(held);
  }

  /** The file is on the branch, and with it these things. */
  StepPlan inPlace(Project project, String path, Holding... things) {
    return settled(
        "%s is on branch %s.".formatted(path, publisher.settings().branch()),
        project,
        List.of(things));
  }

  /** All is on the branch, and with it these things. */
  StepPlan settled(String sentence, Project project, List<Holding> things) {
    return StepPlan.settled(sentence).finding(held -> commitOf(project).apply(held.with(things)));
  }
}
