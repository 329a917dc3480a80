package tech.kyotu.groundwork.cli;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.view.ProjectTree;

/** Waits for a Project, and tells each step on the way beside the answer. */
final class Waiting {

  private final Session session;
  private final ProjectRef ref;
  private final Screen screen;
  private final ProjectAnswer answer;
  private Optional<Project> last = Optional.empty();
  private String told = "";

  Waiting(Session session, ProjectRef ref, ProjectAnswer answer) {
    this.session = session;
    this.ref = ref;
    this.screen = session.screen();
    this.answer = answer;
  }

  /** Until it is Ready for its newest generation. */
  ExitCode untilReady() {
    return until(project -> true, "Ready");
  }

  /**
   * Until it is Ready, and something more is true of it.
   *
   * @param more what must have been handled; before, what the status says is old
   * @param goal in a word
   */
  ExitCode until(Predicate<Project> more, String goal) {
    // Read once, so that a wrong name is told as such.
    session.cluster().project(ref);
    boolean reached =
        session
            .cluster()
            .follow(
                ref,
                now -> {
                  see(now);
                  return now.isEmpty() || (isSeen(now.get(), more) && isEnd(now.get()));
                },
                session.flags().reachedWithin());
    if (!reached) {
      return late(goal);
    }
    if (last.isEmpty()) {
      throw new Failure(
          ExitCode.NOT_FOUND, "Project %s was deleted meanwhile.".formatted(ref.name()));
    }
    if (isStalled(last.get())) {
      throw new Failure(
          ExitCode.STALLED,
          "Project %s is Stalled: %s kubectl project trace %s tells more."
              .formatted(ref.name(), message(last.get()), ref.name()));
    }
    answer.done("Project %s is Ready. %s".formatted(ref.name(), message(last.get())));
    return ExitCode.FINE;
  }

  /** Until it is gone. */
  ExitCode untilGone() {
    boolean reached =
        session
            .cluster()
            .follow(
                ref,
                now -> {
                  see(now);
                  return now.isEmpty() || (now.get().isBeingDeleted() && isStalled(now.get()));
                },
                session.flags().reachedWithin());
    if (!reached) {
      return late("gone");
    }
    if (last.isPresent()) {
      throw new Failure(
          ExitCode.STALLED,
          "The deletion of Project %s is Stalled: %s".formatted(ref.name(), message(last.get())));
    }
    answer.gone("Project %s is gone.".formatted(ref.name()));
    return ExitCode.FINE;
  }

  private ExitCode late(String goal) {
    throw new Failure(
        ExitCode.TIMED_OUT,
        "Project %s is not %s after %s: %s Wait longer with --timeout, or look: kubectl project trace %s."
            .formatted(
                ref.name(),
                goal,
                Amount.brief(session.flags().reachedWithin()),
                last.map(Waiting::message).orElse("it is not there."),
                ref.name()));
  }

  private void see(Optional<Project> now) {
    last = now;
    String message = now.map(Waiting::message).orElse("");
    if (!message.isEmpty() && !message.equals(told)) {
      told = message;
      screen.remark(message);
    }
  }

  private static boolean isSeen(Project project, Predicate<Project> more) {
    return project.statusOrUnseen().observedGeneration() >= project.generation()
        && more.test(project);
  }

  private static boolean isEnd(Project project) {
    return ProjectScreen.isReady(project) || isStalled(project);
  }

  private static boolean isStalled(Project project) {
    return ProjectTable.condition(project, "Stalled")
        .filter(it -> "True".equals(it.getStatus()))
        .isPresent();
  }

  /** What Ready says; always a sentence. */
  static String message(Project project) {
    String said = ProjectTable.ready(project).map(Condition::getMessage).orElse(ProjectTree.UNSEEN);
    return said.endsWith(".") ? said : said + ".";
  }

  /** Whether an echo in the status is this request, or a later one; ISO-8601 compares as text. */
  static boolean isHandled(@Nullable String echo, String request) {
    return Objects.requireNonNullElse(echo, "").compareTo(request) >= 0;
  }
}
