package tech.kyotu.groundwork.gitlab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.gitlab.GitLab.Group;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.Sanitizer;

/**
 * What one Project wants of its group, and whether a group that is there may be it. Pure.
 *
 * @param path the full path that the group must have
 * @param isShared whether another Project uses the same group
 * @param mayUseTopLevelGroups whether a top-level group that we did not make may be used
 */
record GroupClaim(Project project, String path, boolean isShared, boolean mayUseTopLevelGroups) {

  private static final String KIND = "GitLabGroup";
  private static final Pattern MARK =
      Pattern.compile("Groundwork: images of project ([a-z0-9-]+)[.]");

  /** The description that groups of our making bear, so that no crash leaves one unmarked. */
  String mark() {
    return "Groundwork: images of project " + project.name().projectId() + ".";
  }

  /** The projectId in the mark of a group that we made; empty if it bears none. */
  static Optional<String> markedFor(Group group) {
    Matcher mark = MARK.matcher(group.description());
    return mark.matches() ? Optional.of(mark.group(1)) : Optional.empty();
  }

  /**
   * Passes if the group is where it must be, and stays.
   *
   * @throws RejectedException {@code PrerequisiteMissing}
   */
  void requireUsable(Group group) throws RejectedException {
    if (!group.fullPath().equals(path)) {
      throw new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "GitLab group %d is now %s, not %s. Move it back; its published token stays meanwhile."
              .formatted(group.id(), group.fullPath(), path));
    }
    if (group.markedForDeletionOn().isPresent()) {
      throw new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "GitLab group %s is marked for deletion on %s. Restore it in GitLab, or wait until it is gone."
              .formatted(path, group.markedForDeletionOn().get()));
    }
  }

  /**
   * How a group came to the Project that no holding tells of.
   *
   * @throws RejectedException {@code AdoptionForbidden} if it may not be taken
   */
  Origin originOf(Group found) throws RejectedException {
    if (found.description().equals(mark())) {
      return Origin.CREATED;
    }
    if (!project.mayAdopt(Groups.HOLDING)) {
      throw new RejectedException(
          Reason.ADOPTION_FORBIDDEN,
          "GitLab group %s exists and spec.adoption is Never. Set IfUnowned, or annotate kyotu.tech/adopt: %s."
              .formatted(path, Groups.HOLDING));
    }
    if (found.parentId().isEmpty() && !mayUseTopLevelGroups) {
      throw new RejectedException(
          Reason.ADOPTION_FORBIDDEN,
          "GitLab group %s exists at top level and is not Groundwork's. Choose another projectId, or let the operator use such groups (gitlab.use-existing-top-level-groups)."
              .formatted(path));
    }
    return Origin.ADOPTED;
  }

  Holding holding(Group group, Origin origin) {
    Boolean shared = isShared ? Boolean.TRUE : null;
    return new Holding(Groups.HOLDING, KIND, origin, group.ref().reference(), shared, null);
  }

  /**
   * What the status says of a group that was looked at. Where people changed a group of our making,
   * it is told and left.
   */
  String inPlace(Group group, Holding holding) {
    return sentence(group.ref(), holding)
        + (holding.origin() == Origin.CREATED ? drift(group) : "");
  }

  private String drift(Group group) {
    List<String> changed = new ArrayList<>();
    if (!group.name().isEmpty() && !group.name().equals(project.name().projectId())) {
      changed.add("name (now " + Sanitizer.foreign(group.name()) + ")");
    }
    if (!group.description().equals(mark())) {
      changed.add("description");
    }
    if (group.visibility().matches("public|internal")) {
      changed.add("visibility (now " + group.visibility() + ")");
    }
    return changed.isEmpty()
        ? ""
        : " Changed by hand and left so: " + String.join(", ", changed) + ".";
  }

  /** In the words of {@link #inPlace}, so that the first regular look changes nothing. */
  static String made(Holdings held) {
    return held.thing(Groups.HOLDING)
        .flatMap(holding -> GroupRef.of(holding.reference()).map(ref -> sentence(ref, holding)))
        .orElse("");
  }

  private static String sentence(GroupRef group, Holding holding) {
    String shared = holding.shared() == null ? "" : ", shared with other Projects of the projectId";
    return "GitLab group %s (%d)%s.".formatted(group.fullPath(), group.id(), shared);
  }
}
