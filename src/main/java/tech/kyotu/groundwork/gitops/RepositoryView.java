package tech.kyotu.groundwork.gitops;

import java.time.Duration;
import java.time.Instant;

/**
 * The newest known tip of a branch.
 *
 * @param tip the commit
 * @param files its files
 * @param confirmedAt when the server last said that this is the tip
 */
public record RepositoryView(String tip, TreeView files, Instant confirmedAt) {

  /** Whether the server said so no longer ago than this. */
  boolean isFresh(Instant now, Duration longest) {
    return !confirmedAt.plus(longest).isBefore(now);
  }

  /** The same, confirmed again. */
  RepositoryView confirmed(Instant at) {
    return new RepositoryView(tip, files, at);
  }
}
