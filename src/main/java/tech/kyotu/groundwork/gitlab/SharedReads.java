package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.gitlab.GitLab.Group;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.step.StepException;

/**
 * Lists that serve many Projects: the parent's children and each group's tokens. A list is read at
 * most once in ten seconds, and our own writes are entered into what is remembered, so that nobody
 * takes a thing that we just made for missing.
 *
 * <p>A group that this process made starts with an empty list of tokens that is known, not read.
 */
public final class SharedReads {

  private static final Duration BURST = Duration.ofSeconds(10);
  private static final Duration OWN_GROUP = Duration.ofMinutes(5);
  private static final Duration PER_PAGE = Duration.ofSeconds(1);
  private static final int PAGE = 100;
  private static final int MOST_LISTS = 500;

  /** A list, its age, and how long it holds. */
  private static final class Shared<T> {
    private volatile @Nullable List<T> rows;
    private volatile Instant readAt = Instant.MIN;
    private volatile Duration holds = BURST;

    private boolean isYoungerThan(Duration age, Instant now) {
      // A list from the future was read before the clock was set back.
      return rows != null && !readAt.isAfter(now) && readAt.plus(age).isAfter(now);
    }
  }

  private interface Reading<T> {
    List<T> read() throws StepException;
  }

  private final GitLab gitlab;
  private final Clock clock;
  private final Map<Long, Shared<Group>> children = new HashMap<>();
  private final Map<Long, Shared<Token>> tokens = new HashMap<>();

  /** Reads by this port. */
  public SharedReads(GitLab gitlab, Clock clock) {
    this.gitlab = gitlab;
    this.clock = clock;
  }

  /**
   * The direct subgroups of a group, as recently read. A long list may be older, because each
   * hundred costs a call; nobody relies on absence in it.
   */
  List<Group> children(GroupRef parent) throws StepException {
    List<Group> rows = entry(children, parent.id()).rows;
    int pages = rows == null ? 1 : 1 + rows.size() / PAGE;
    Duration age = PER_PAGE.multipliedBy(pages);
    return children(parent, age.compareTo(BURST) > 0 ? age : BURST);
  }

  /** The direct subgroups of a group, from a list of at most this age. */
  List<Group> children(GroupRef parent, Duration age) throws StepException {
    Shared<Group> shared = entry(children, parent.id());
    synchronized (shared) {
      return read(shared, age, () -> gitlab.children(parent));
    }
  }

  /** The living tokens of a group, read less than ten seconds ago. */
  List<Token> tokens(GroupRef group) throws StepException {
    Shared<Token> shared = entry(tokens, group.id());
    forgetOld();
    synchronized (shared) {
      return read(shared, shared.holds, () -> gitlab.tokens(group));
    }
  }

  /** The living tokens of a group, from a list of at most this age. */
  List<Token> tokens(GroupRef group, Duration age) throws StepException {
    Shared<Token> shared = entry(tokens, group.id());
    synchronized (shared) {
      return read(shared, age, () -> gitlab.tokens(group));
    }
  }

  /** Thousands of groups are looked at once an hour each; their lists need not stay for that. */
  private void forgetOld() {
    synchronized (tokens) {
      if (tokens.size() > MOST_LISTS) {
        Instant now = clock.instant();
        tokens.values().removeIf(list -> list.rows != null && !list.isYoungerThan(list.holds, now));
      }
    }
  }

  /** Everything is read anew when it is wanted next. */
  public void forget() {
    synchronized (children) {
      children.clear();
    }
    synchronized (tokens) {
      tokens.clear();
    }
  }

  /** Whether this process made the group lately and has made no token in it yet. */
  boolean isOurOwnAndEmpty(GroupRef group) {
    Shared<Token> shared = entry(tokens, group.id());
    synchronized (shared) {
      return shared.holds.equals(OWN_GROUP)
          && shared.isYoungerThan(OWN_GROUP, clock.instant())
          && List.of().equals(shared.rows);
    }
  }

  /** We made this group, by a request of that time. */
  void created(Optional<GroupRef> parent, Group group, Instant asked) {
    parent.ifPresent(above -> change(children, above.id(), rows -> with(rows, group)));
    Shared<Token> shared = entry(tokens, group.id());
    synchronized (shared) {
      shared.rows = List.of();
      shared.readAt = asked;
      shared.holds = OWN_GROUP;
    }
  }

  /** We made this token. */
  void issued(GroupRef group, Token token) {
    // A list that was read meanwhile may hold it already.
    revoked(group, token.id());
    change(tokens, group.id(), rows -> with(rows, token));
  }

  /** This token is gone. */
  void revoked(GroupRef group, long tokenId) {
    change(
        tokens, group.id(), rows -> rows.stream().filter(token -> token.id() != tokenId).toList());
  }

  /** What is remembered of this group's tokens may be wrong: the next look reads. */
  void forgetTokens(GroupRef group) {
    forget(tokens, group.id());
  }

  /** What is remembered of this group's children may be wrong: the next look reads. */
  void forgetChildren(GroupRef parent) {
    forget(children, parent.id());
  }

  /** One reader at a time per list; those who waited get what it read. */
  private <T> List<T> read(Shared<T> shared, Duration age, Reading<T> reading)
      throws StepException {
    List<T> rows = shared.rows;
    if (rows != null && shared.isYoungerThan(age, clock.instant())) {
      return rows;
    }
    // As old as its question: the answer may have been long under way.
    Instant asked = clock.instant();
    List<T> read = List.copyOf(reading.read());
    shared.rows = read;
    shared.readAt = asked;
    shared.holds = BURST;
    return read;
  }

  private static <T> void change(Map<Long, Shared<T>> all, long id, UnaryOperator<List<T>> change) {
    Shared<T> shared = entry(all, id);
    synchronized (shared) {
      List<T> rows = shared.rows;
      if (rows != null) {
        shared.rows = change.apply(rows);
      }
    }
  }

  private static <T> void forget(Map<Long, Shared<T>> all, long id) {
    Shared<T> shared = entry(all, id);
    synchronized (shared) {
      shared.rows = null;
      shared.holds = BURST;
    }
  }

  private static <T> Shared<T> entry(Map<Long, Shared<T>> all, long id) {
    synchronized (all) {
      return all.computeIfAbsent(id, absent -> new Shared<>());
    }
  }

  private static <T> List<T> with(List<T> rows, T row) {
    List<T> more = new ArrayList<>(rows);
    more.add(row);
    return List.copyOf(more);
  }
}
