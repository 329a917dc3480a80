package tech.kyotu.groundwork.playground;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
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
    return new Wishes(
        out,
        data,
        keep,
        withVault,
        followers,
        traced,
        audited,
        gitlab,
        push,
        firstPort,
        ahead,
        sharedLayout);
  }

  /** The same with an audit log of the API server. */
  public Wishes withAuditLog() {
    return new Wishes(
        out,
        data,
        keep,
        withVault,
        followers,
        traced,
        true,
        gitlabLatency,
        pushLatency,
        firstPort,
        ahead,
        sharedLayout);
  }

  /** The same with these followers behind the repositories. */
  public Wishes withFollowers(Follower... wanted) {
    return new Wishes(
        out,
        data,
        keep,
        withVault,
        Set.of(wanted),
        traced,
        audited,
        gitlabLatency,
        pushLatency,
        firstPort,
        ahead,
        sharedLayout);
  }

  /**
   * The same with an operator that logs what it does in a cluster: for measurements, and for hours.
   */
  public Wishes untraced() {
    return new Wishes(
        out,
        data,
        keep,
        withVault,
        followers,
        false,
        audited,
        gitlabLatency,
        pushLatency,
        firstPort,
        ahead,
        sharedLayout);
  }

  /** The same with clocks that can be moved. */
  public Wishes withMovableClocks() {
    return new Wishes(
        out,
        data,
        keep,
        withVault,
        followers,
        traced,
        audited,
        gitlabLatency,
        pushLatency,
        firstPort,
        Optional.of(ahead.orElse(Duration.ZERO)),
        sharedLayout);
  }

  /** The port at a place in the row that begins at the first one; 0 if any free one will do. */
  int port(int place) {
    return firstPort == 0 ? 0 : firstPort + place;
  }
}
