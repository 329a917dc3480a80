package tech.kyotu.groundwork.gitlab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.RegistryToken;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;

/**
 * The way of a pull token towards absence: first nobody is told to use the secret, then it goes,
 * then every living token of ours, orphans included, until a list shows none.
 */
final class PullTokenRelease {

  private final PullTokenTools tools;
  private final Groups groups;
  private final String clusterId;

  PullTokenRelease(PullTokenTools tools, Groups groups, String clusterId) {
    this.tools = tools;
    this.groups = groups;
    this.clusterId = clusterId;
  }

  StepPlan plan(Project project, Holdings held) throws StepException {
    String namespace = project.name().value();
    Optional<PullSecret> secret =
        tools
            .cluster()
            .pullSecret(namespace)
            .filter(seen -> PullTokenLook.isMarkedFor(project, seen));
    Optional<GroupRef> group = group(project, held);
    List<Token> ours = group.isEmpty() ? List.of() : living(project, group.get());
    List<Change> changes = new ArrayList<>();
    if (secret.isPresent()) {
      changes.add(secretGoes(project, secret.get()));
    }
    for (int i = 0; i < ours.size(); i++) {
      changes.add(tokenGoes(project, group.orElseThrow(), ours.get(i), i == ours.size() - 1));
    }
    return StepPlan.of(changes, "Pull secret and tokens are gone.")
        .finding(
            all ->
                secret.isPresent() || !ours.isEmpty()
                    ? all
                    : all.without(PullTokenStatus.SECRET_HOLDING)
                        .without(PullTokenStatus.TOKEN_HOLDING)
                        .with((RegistryToken) null));
  }

  private Change secretGoes(Project project, PullSecret secret) {
    return Change.of(
        Verb.DELETE,
        PullSecretFile.secretName(project),
        "the Project is being deleted",
        held -> {
          tools.cluster().detachPullSecret(secret.namespace());
          tools.cluster().deletePullSecret(secret);
          return Outcome.done(all -> all.without(PullTokenStatus.SECRET_HOLDING));
        });
  }

  private Change tokenGoes(Project project, GroupRef group, Token token, boolean isLast) {
    return Change.of(
        Verb.DELETE,
        "Pull token %d of GitLab group %s".formatted(token.id(), group.fullPath()),
        "the Project is being deleted",
        EventReason.TOKEN_REVOKED,
        held -> {
          tools.gitlab().revokeToken(group, token.id());
          tools.reads().revoked(group, token.id());
          if (isLast && !living(project, group).isEmpty()) {
            return new Outcome.ReadBack(plan(project, held));
          }
          return Outcome.done(
              all ->
                  isLast
                      ? all.without(PullTokenStatus.TOKEN_HOLDING).with((RegistryToken) null)
                      : all);
        });
  }

  /**
   * The group by its id; by its path if the status has lost it. Empty if it provably is not there.
   */
  private Optional<GroupRef> group(Project project, Holdings held) throws StepException {
    Optional<GroupRef> known =
        groups.known(project, held).map(Holding::reference).flatMap(GroupRef::of);
    if (known.isPresent()) {
      return known;
    }
    Optional<GroupRef> found =
        tools.gitlab().findGroup(groups.pathOf(project)).map(GitLab.Group::ref);
    if (found.isEmpty()) {
      groups.requireSight();
    }
    return found;
  }

  /** A live list; none if the group provably is gone, and all tokens with it. */
  private List<Token> living(Project project, GroupRef group) throws StepException {
    try {
      List<Token> all = tools.gitlab().tokens(group);
      List<Token> living = new ArrayList<>(PullTokenView.ours(all, clusterId, project.uid()));
      if (tools.takesOver()) {
        living.addAll(PullTokenView.olders(all, project));
      }
      return living;
    } catch (RejectedException refused) {
      if (refused.reason() != Reason.PREREQUISITE_MISSING
          || tools.gitlab().group(group.id()).isPresent()) {
        throw refused;
      }
      groups.requireSight();
      return List.of();
    }
  }
}
