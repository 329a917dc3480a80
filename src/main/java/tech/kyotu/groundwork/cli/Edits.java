package tech.kyotu.groundwork.cli;

import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.api.RegistryToken;

/** The few things that the command line writes: annotations, and {@code spec.suspend}. */
final class Edits {

  private final Session session;
  private final ProjectRef ref;
  private final ProjectAnswer answer;

  /**
   * Edits of one Project.
   *
   * @param verb as the caller wrote it
   */
  Edits(Session session, ProjectRef ref, String verb) {
    this.session = session;
    this.ref = ref;
    this.answer = new ProjectAnswer(session, ref, verb);
  }

  private String now() {
    return session.clock().instant().truncatedTo(ChronoUnit.MILLIS).toString();
  }

  ExitCode reconcile(boolean wait) {
    Project project = session.cluster().project(ref);
    String request = now();
    session.cluster().annotate(ref, Project.RECONCILE_REQUESTED_AT, request);
    if (!wait) {
      answer.done(
          project.isSuspended()
              ? "Asked for a look at Project %s, but it is suspended. Go on with: kubectl project resume %s."
                  .formatted(ref.name(), ref.name())
              : "Asked for a look at Project %s.".formatted(ref.name()));
      return ExitCode.FINE;
    }
    return new Waiting(session, ref, answer)
        .until(
            it -> Waiting.isHandled(it.statusOrUnseen().lastHandledReconcileAt(), request),
            "Ready");
  }

  ExitCode rotate(boolean wait) {
    Optional<RegistryToken> before = token(session.cluster().project(ref));
    String request = now();
    session.cluster().annotate(ref, Project.ROTATE_TOKEN, request);
    if (!wait) {
      answer.done("Asked for a new registry token of Project %s.".formatted(ref.name()));
      before.ifPresent(it -> answer.more("Now: " + told(it)));
      return ExitCode.FINE;
    }
    ExitCode code =
        new Waiting(session, ref, answer)
            .until(
                it ->
                    token(it)
                        .filter(token -> Waiting.isHandled(token.lastRotateRequest(), request))
                        .isPresent(),
                "rotated");
    token(session.cluster().project(ref)).ifPresent(it -> answer.more("Now: " + told(it)));
    return code;
  }

  private static Optional<RegistryToken> token(Project project) {
    return Optional.ofNullable(project.statusOrUnseen().registryToken());
  }

  private static String told(RegistryToken token) {
    @Nullable Long previous = token.previousId();
    return "token %d, valid until %s%s."
        .formatted(
            token.id(),
            token.expiresAt() == null ? "(not known)" : token.expiresAt(),
            previous == null
                ? ""
                : "; token %d is revoked after %s"
                    .formatted(previous, token.previousRevokeAfter()));
  }

  ExitCode suspend() {
    session.cluster().suspend(ref, true);
    answer.done(
        "Project %s is suspended: nothing is done for it, no rotation and no deletion either. Go on with: kubectl project resume %s."
            .formatted(ref.name(), ref.name()));
    return ExitCode.FINE;
  }

  ExitCode resume() {
    session.cluster().suspend(ref, false);
    answer.done(
        "Project %s goes on. Wait for it with: kubectl project wait %s."
            .formatted(ref.name(), ref.name()));
    return ExitCode.FINE;
  }
}
