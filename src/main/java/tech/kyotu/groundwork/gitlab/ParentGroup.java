package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.gitlab.GitLab.Group;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/** The group below which the Projects' groups live, and those above it, as far as we see them. */
final class ParentGroup {

  /** How long it is believed that a group goes: who restores it need not wait for us. */
  private static final Duration MARK_HOLDS = Duration.ofSeconds(10);

  /** GitLab 18 nests groups 20 deep. */
  private static final int MOST_LEVELS = 20;

  /** From the parent up to the top. */
  private record Line(List<Group> groups, Instant readAt) {

    private GroupRef parent() {
      return groups.get(0).ref();
    }

    private Optional<Group> marked() {
      return groups.stream().filter(group -> group.markedForDeletionOn().isPresent()).findFirst();
    }

    private boolean holds(Duration age, Instant now) {
      Duration longest = marked().isPresent() ? MARK_HOLDS : age;
      return !readAt.isAfter(now) && readAt.plus(longest).isAfter(now);
    }
  }

  private final GitLab gitlab;
  private final String path;
  private final Clock clock;
  private volatile @Nullable Line known;

  ParentGroup(GitLab gitlab, String path, Clock clock) {
    this.gitlab = gitlab;
    this.path = path;
    this.clock = clock;
  }

  /**
   * Its two names, looked up once.
   *
   * @throws RejectedException {@code PrerequisiteMissing} if it is absent
   */
  GroupRef ref() throws StepException {
    Line line = known;
    return line == null ? read(Duration.ZERO).parent() : line.parent();
  }

  /**
   * Passes unless the parent, or a group above it, is marked for deletion and takes all below with
   * it.
   *
   * @param age of the newest look that still counts
   * @throws RejectedException {@code PrerequisiteMissing} with the date
   */
  void requireToStay(Duration age) throws StepException {
    Optional<Group> marked = read(age).marked();
    if (marked.isPresent()) {
      throw new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "GitLab group %s, which holds the projects' groups, is marked for deletion on %s. Restore it in GitLab; nothing is made below it until then."
              .formatted(
                  marked.get().fullPath(), marked.get().markedForDeletionOn().orElseThrow()));
    }
  }

  /** The next look asks for it by its path again. */
  void forget() {
    known = null;
  }

  /** One thread asks for all. */
  private synchronized Line read(Duration age) throws StepException {
    Line line = known;
    if (line != null && line.holds(age, clock.instant())) {
      return line;
    }
    List<Group> groups = new ArrayList<>();
    Optional<Group> next = Optional.of(gitlab.findGroup(path).orElseThrow(this::missing));
    while (next.isPresent() && groups.size() < MOST_LEVELS) {
      groups.add(next.get());
      next = above(next.get());
    }
    Line read = new Line(List.copyOf(groups), clock.instant());
    known = read;
    return read;
  }

  /** Empty at the top, and where we may not look: then it is for GitLab alone to refuse. */
  private Optional<Group> above(Group group) throws StepException {
    if (group.parentId().isEmpty()) {
      return Optional.empty();
    }
    try {
      return gitlab.group(group.parentId().getAsLong());
    } catch (RejectedException hidden) {
      return Optional.empty();
    }
  }

  /** What to say if it is not seen. */
  RejectedException missing() {
    return new RejectedException(
        Reason.PREREQUISITE_MISSING,
        "GitLab group \"%s\" is absent or hidden. Create it, or grant Owner; no proxy may decode %%2F."
            .formatted(path));
  }
}
