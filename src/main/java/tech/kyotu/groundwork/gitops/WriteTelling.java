package tech.kyotu.groundwork.gitops;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Verb;

/** Tells what a write of a file is: a first one, an adoption, a repair, a change of access. */
record WriteTelling(Branch publisher) {

  /**
   * Tells a write.
   *
   * @param claim by which right the file is written
   * @param wasThere whether it was known to be in place before
   * @param tree the files before it
   * @param wanted what it shall say
   */
  Telling of(Project project, FileClaim claim, boolean wasThere, TreeView tree, WantedFile wanted)
      throws StepException {
    String path = claim.path();
    return switch (claim.state()) {
      case ABSENT -> {
        Optional<String> culprit = wasThere ? culprit(path) : Optional.empty();
        yield culprit.isPresent()
            ? repair(Verb.CREATE, path, "it was removed by " + culprit.get())
            : Telling.of(Verb.CREATE, path, "there was none", EventReason.COMMITTED);
      }
      case ADOPTED ->
          Telling.of(Verb.ADOPT, path, "it exists without a living owner", EventReason.COMMITTED);
      case REATTACHED ->
          Telling.of(
              Verb.ADOPT,
              path,
              "it bears the mark of this Project from before a restore",
              EventReason.REATTACHED);
      case OURS -> {
        Optional<String> culprit = culprit(path);
        yield culprit.isPresent()
            ? repair(Verb.UPDATE, path, "it was changed by " + culprit.get())
            : update(project, path, tree, wanted);
      }
    };
  }

  static Telling repair(Verb verb, String path, String why) {
    return Telling.of(verb, path, why, EventReason.DRIFT_REPAIRED);
  }

  private static Telling update(Project project, String path, TreeView tree, WantedFile wanted)
      throws StepException {
    FileDifference difference =
        FileDifference.between(
            text(tree.file(path).orElse(new byte[0])),
            text(wanted.content()),
            project.googleGroup());
    if (difference.isOther()) {
      return Telling.of(
          Verb.UPDATE,
          path,
          "the Project, a setting or the template changed",
          EventReason.COMMITTED);
    }
    return difference
        .formerGroup()
        .map(
            former ->
                Telling.of(
                    Verb.UPDATE,
                    path,
                    "moving access from %s to %s".formatted(former, project.googleGroup()),
                    EventReason.ACCESS_CHANGED))
        .orElseGet(
            () ->
                Telling.of(Verb.UPDATE, path, "deletion.namespace changed", EventReason.COMMITTED));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Somebody else, if it was not us who touched the file last. */
  Optional<String> culprit(String path) throws StepException {
    return publisher
        .lastTouched(path)
        .filter(touch -> !touch.isOurs())
        .map(touch -> touch.commit().substring(0, 7) + ", " + touch.author());
  }
}
