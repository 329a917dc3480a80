package tech.kyotu.groundwork.gitops;

import java.time.Duration;
import java.util.Set;
import tech.kyotu.groundwork.config.GitAddress;
import tech.kyotu.groundwork.config.GroundworkConfig;

/**
 * How one repository's lane works.
 *
 * @param fence which repository, and which of its paths Projects may have
 * @param branch the branch that is followed
 * @param pushInterval least time between the starts of two pushes
 * @param tipInterval how often the tip is asked for
 * @param tipMaxAge how old a confirmed tip may be when a step calls its files in place
 * @param rejected time until something only a person can mend is tried again
 * @param longest longest time between two tries of what may pass by itself
 * @param version the operator's own version, for the commits
 * @param pages where people see the commits
 * @param sharedFiles files in it that hold entries of all Projects
 */
public record LaneSettings(
    PathFence fence,
    String branch,
    Duration pushInterval,
    Duration tipInterval,
    Duration tipMaxAge,
    Duration rejected,
    Duration longest,
    String version,
    CommitPages pages,
    Set<String> sharedFiles) {

  /** The lane of the Flux repository; refuses settings that do not work. */
  public static LaneSettings flux(GroundworkConfig config, String version) {
    GroundworkConfig.Shared shared = config.shared();
    return of(
        config,
        PathFence.FLUX,
        config.git().flux(),
        version,
        Set.of(shared.vaultValuesFile(), shared.argoPolicyFile()));
  }

  /** The lane of the deployment repository; refuses settings that do not work. */
  public static LaneSettings deployment(GroundworkConfig config, String version) {
    return of(config, PathFence.DEPLOYMENT, config.git().deployment(), version, Set.of());
  }

  private static LaneSettings of(
      GroundworkConfig config,
      PathFence fence,
      GroundworkConfig.Repository repository,
      String version,
      Set<String> sharedFiles) {
    return new LaneSettings(
        fence,
        repository.branch(),
        config.git().pushInterval(),
        config.git().tipInterval(),
        config.git().tipMaxAge(),
        config.retry().rejected(),
        config.retry().longest(),
        version,
        CommitPages.of(
            config.gitlab().url(), GitAddress.page(repository.url(), config.gitlab().url())),
        sharedFiles);
  }

  /** {@code flux} or {@code deployment}, as it stands in the status. */
  public String repository() {
    return fence.word();
  }

  /** What people call it. */
  public String title() {
    return fence.title();
  }
}
