package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tech.kyotu.groundwork.gitlab.GitLab.Token;

/** The token lists of one group as a replica has them that is some seconds behind. */
final class LaggingLists {

  private final FakeGitLab gitlab;
  private final String group;
  private final Clock clock;
  private final TreeMap<Instant, List<Token>> lists = new TreeMap<>();
  private Duration lag = Duration.ZERO;

  LaggingLists(FakeGitLab gitlab, String group, Clock clock) {
    this.gitlab = gitlab;
    this.group = group;
    this.clock = clock;
  }

  /** From now on the replica is behind by this. */
  void lagBy(Duration time) {
    lag = time;
  }

  /** The tokens have changed. */
  void remember() {
    gitlab
        .groupAtRest(group)
        .ifPresent(made -> lists.put(clock.instant(), gitlab.livingTokens(made.id())));
  }

  /** What was true then; empty if the replica is up to date. */
  Optional<List<Token>> answer() {
    return lag.isZero()
        ? Optional.empty()
        : Optional.ofNullable(lists.floorEntry(clock.instant().minus(lag)))
            .map(Map.Entry::getValue);
  }
}
