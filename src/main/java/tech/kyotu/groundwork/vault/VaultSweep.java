package tech.kyotu.groundwork.vault;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.CleanTrace;
import tech.kyotu.groundwork.step.StepException;

/**
 * Notices in three lists, however many Projects there are, whose things are missing in Vault. It
 * only tells: whether a thing is gone and what to do about it is for the step to decide, from reads
 * of its own.
 */
public final class VaultSweep implements Runnable {

  private static final Logger LOG = Logger.getLogger(VaultSweep.class);

  private final Vault vault;
  private final Cluster cluster;
  private final Consumer<OwnerMark> concerned;

  /**
   * A sweep, to be run now and then on a thread that may wait for Vault.
   *
   * @param vault what is listed
   * @param cluster knows the Projects and what they hold
   * @param concerned is told whose look at Vault no longer holds; returns at once
   */
  public VaultSweep(Vault vault, Cluster cluster, Consumer<OwnerMark> concerned) {
    this.vault = vault;
    this.cluster = cluster;
    this.concerned = concerned;
  }

  /** One sweep; if a list fails nobody is told anything, and the next sweep tries again. */
  @Override
  public void run() {
    try {
      List<OwnerMark> owners = missing();
      if (!owners.isEmpty()) {
        LOG.infof("things of %d projects are missing in vault", owners.size());
      }
      owners.forEach(concerned);
    } catch (StepException trouble) {
      LOG.warnf("vault could not be swept: %s", trouble.getMessage());
    } catch (RuntimeException bug) {
      // A timer drops work that throws, and nobody would notice.
      LOG.error("the sweep of vault failed", CleanTrace.of(bug));
    }
  }

  /**
   * The Projects that hold something in Vault that is not listed there.
   *
   * @throws StepException if a list fails; then nothing is known of anybody
   */
  List<OwnerMark> missing() throws StepException {
    // Before the lists: what is made or deleted meanwhile is not in them.
    List<Project> holders = holders(cluster);
    if (holders.isEmpty()) {
      return List.of();
    }
    Set<String> policies = vault.policies();
    Set<String> groups = vault.groups();
    Set<String> roles = vault.roles();
    List<OwnerMark> owners = new ArrayList<>();
    for (Project project : holders) {
      for (Holding holding : project.statusOrUnseen().holdings()) {
        String name = holding.reference();
        boolean isListed =
            switch (holding.id()) {
              case Seen.ACCESS, Seen.READ -> policies.contains(name);
              case Seen.GROUP, Seen.EXTERNAL_GROUP -> groups.contains(name);
              case Seen.ROLE -> roles.contains(name.substring(name.lastIndexOf('/') + 1));
              default -> true;
            };
        if (!isListed) {
          owners.add(OwnerMark.of(project));
          break;
        }
      }
    }
    return owners;
  }

  /** Those that have rights in Vault and should keep them. */
  static List<Project> holders(Cluster cluster) {
    return cluster.projects().stream()
        .filter(project -> !project.isBeingDeleted() && !project.isSuspended())
        .filter(
            project ->
                project.statusOrUnseen().holdings().stream()
                    .anyMatch(holding -> holding.id().equals(Seen.GROUP)))
        .toList();
  }
}
