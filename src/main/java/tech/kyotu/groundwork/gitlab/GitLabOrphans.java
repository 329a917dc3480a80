package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitlab.GitLab.Group;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Orphan;
import tech.kyotu.groundwork.step.OrphanSource;
import tech.kyotu.groundwork.step.StepException;

/**
 * What Projects that are gone left in GitLab: pull tokens, and the groups of our making, which stay
 * on purpose. GitLab cannot be asked for either by its mark, so only groups are looked into that
 * bear our mark below the parent, or that a Project holds.
 */
public final class GitLabOrphans implements OrphanSource {

  /** Each group costs a call; those of Projects are mostly remembered from their own looks. */
  private static final int MOST_GROUPS = 100;

  private final SharedReads reads;
  private final Groups groups;
  private final Cluster cluster;
  private final Optional<String> clusterId;
  private final Duration ofLivingOnes;

  /** Searches this GitLab by the reads that the steps share. */
  public GitLabOrphans(
      GitLab gitlab, SharedReads reads, Cluster cluster, GroundworkConfig config, Clock clock) {
    this.reads = reads;
    this.cluster = cluster;
    groups = new Groups(gitlab, cluster, config.gitlab(), clock);
    clusterId = config.clusterId();
    ofLivingOnes = config.retry().regularLook();
  }

  @Override
  public String system() {
    return "GitLab";
  }

  @Override
  public Found search(Collection<Project> living) throws StepException {
    List<Orphan> orphans = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    Set<GroupRef> held = held(living);
    // Those without a Project come first: nobody else looks into them.
    Set<GroupRef> all = new LinkedHashSet<>();
    for (Group group : marked(unread)) {
      if (!held.contains(group.ref())) {
        all.add(group.ref());
        if (isOfNone(group, living)) {
          orphans.add(kept(group));
        }
      }
    }
    all.addAll(held);
    String id = clusterId.isPresent() ? clusterId.get() : cluster.clusterId();
    Set<String> uids = living.stream().map(Project::uid).collect(Collectors.toSet());
    for (GroupRef group : all.stream().limit(MOST_GROUPS).toList()) {
      List<GitLab.Token> tokens =
          held.contains(group) ? reads.tokens(group, ofLivingOnes) : reads.tokens(group);
      PullTokenView.strays(tokens, id, uids).forEach(token -> orphans.add(token(group, token)));
    }
    if (all.size() > MOST_GROUPS) {
      unread.add(
          "%d of %d groups were left out, since each costs a call; RegistryAccessReady of the Projects in them names such tokens."
              .formatted(all.size() - MOST_GROUPS, all.size()));
    }
    return new Found(orphans, unread);
  }

  private List<Group> marked(List<String> unread) throws StepException {
    Optional<GroupRef> parent = groups.parent();
    if (parent.isEmpty()) {
      unread.add(
          "Without gitlab.parent groups that no Project uses cannot be searched for; only those of"
              + " Projects were.");
      return List.of();
    }
    return reads.children(parent.get()).stream()
        .filter(group -> GroupClaim.markedFor(group).isPresent())
        .toList();
  }

  private static boolean isOfNone(Group group, Collection<Project> living) {
    Optional<String> projectId = GroupClaim.markedFor(group);
    return living.stream()
        .filter(project -> project.getSpec() != null)
        .noneMatch(project -> projectId.equals(Optional.ofNullable(project.getSpec().projectId())));
  }

  private static Set<GroupRef> held(Collection<Project> living) {
    return living.stream()
        .flatMap(project -> Holdings.of(project).thing(Groups.HOLDING).stream())
        .flatMap(holding -> GroupRef.of(holding.reference()).stream())
        .collect(
            Collectors.toCollection(() -> new TreeSet<>(Comparator.comparing(GroupRef::fullPath))));
  }

  private static Orphan kept(Group group) {
    return new Orphan(
        "GitLabGroup",
        group.ref().reference(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(Origin.CREATED),
        true);
  }

  private static Orphan token(GroupRef group, GitLab.Token token) {
    return new Orphan(
        "GitLabToken",
        "%d in %s".formatted(token.id(), group.fullPath()),
        TokenName.parse(token.name()).map(TokenName::projectUid),
        Optional.empty(),
        Optional.of(Origin.CREATED),
        false);
  }
}
