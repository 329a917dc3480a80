package tech.kyotu.groundwork.playground;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * How a {@link World} is to be.
 *
 * @param out folder for kubeconfig, addresses and logs
 * @param data folder for the servers' data, which then stays; empty for a temporary one
 * @param keep whether a temporary folder stays too
 * @param withVault whether there is a Vault
 * @param followers who follows the repositories
 * @param traced whether the operator logs at TRACE, and everything is searched for credentials when
 *     the world ends
 * @param audited whether the API server writes down what it is asked
 * @param gitlabLatency how long each call to GitLab takes
 * @param pushLatency how long each push takes
 * @param firstPort the operator's port; the next two are GitLab's. 0 takes free ones
 * @param ahead how far the clocks of GitLab and the operator run ahead at first, to be moved on at
 *     will; empty for the machine's time
 * @param sharedLayout whether rights are in the files of all, instead of one for each Project
 */
public record Wishes(
    Path out,
    Optional<Path> data,
    boolean keep,
    boolean withVault,
    Set<Follower> followers,
    boolean traced,
    boolean audited,
    Duration gitlabLatency,
    Duration pushLatency,
    int firstPort,
    Optional<Duration> ahead,
    boolean sharedLayout) {

  /**
   * Everything but followers, fast, on free ports, with temporary data, and traced; its files go to
   * a folder below target.
   */
  public static Wishes in(String folder) {
    return new Wishes(
        ServerBinary.projectRoot().resolve("target").resolve(folder),
        Optional.empty(),
        false,
        true,
        Set.of(),
        true,
        false,
        Duration.ZERO,
        Duration.ZERO,
        0,
        Optional.empty(),
        false);
  }

  /** The same with another pace of GitLab and of pushes. */
  public Wishes withLatency(Duration gitlab, Duration push) {
    return but(
        it -> {
          it.gitlabLatency = gitlab;
          it.pushLatency = push;
        });
  }

  /** The same with an audit log of the API server. */
  public Wishes withAuditLog() {
    return but(it -> it.audited = true);
  }

  /** The same with these followers behind the repositories. */
  public Wishes withFollowers(Follower... wanted) {
    return but(it -> it.followers = Set.of(wanted));
  }

  /**
   * The same with an operator that logs what it does in a cluster: for measurements, and for hours.
   */
  public Wishes untraced() {
    return but(it -> it.traced = false);
  }

  /** The same with clocks that can be moved. */
  public Wishes withMovableClocks() {
    return but(it -> it.ahead = Optional.of(ahead.orElse(Duration.ZERO)));
  }

  private Wishes but(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new Wishes(
        out,
        data,
        keep,
        withVault,
        draft.followers,
        draft.traced,
        draft.audited,
        draft.gitlabLatency,
        draft.pushLatency,
        firstPort,
        draft.ahead,
        sharedLayout);
  }

  /** What a test may want otherwise. */
  private static final class Draft {
    private Set<Follower> followers;
    private boolean traced;
    private boolean audited;
    private Duration gitlabLatency;
    private Duration pushLatency;
    private Optional<Duration> ahead;

    Draft(Wishes wishes) {
      followers = wishes.followers;
      traced = wishes.traced;
      audited = wishes.audited;
      gitlabLatency = wishes.gitlabLatency;
      pushLatency = wishes.pushLatency;
      ahead = wishes.ahead;
    }
  }

  /** The port at a place in the row that begins at the first one; 0 if any free one will do. */
  int port(int place) {
    return firstPort == 0 ? 0 : firstPort + place;
  }
}
