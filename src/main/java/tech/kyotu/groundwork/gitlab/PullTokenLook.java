package tech.kyotu.groundwork.gitlab;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.RegistryToken;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/** Reads a Project's pull token: the Secret, whether it is ours, and the tokens that live. */
final class PullTokenLook {

  private static final Duration JUST_NOW = Duration.ofSeconds(1);
  private static final Duration NEW_NAMESPACE = Duration.ofMinutes(10);

  private final PullTokenTools tools;
  private volatile @Nullable String clusterId;

  PullTokenLook(PullTokenTools tools, Optional<String> clusterId) {
    this.tools = tools;
    this.clusterId = clusterId.orElse(null);
  }

  /** This cluster's part of our tokens' names, read from the cluster if no setting says it. */
  String clusterId() throws StepException {
    String known = clusterId;
    if (known == null) {
      known = tools.cluster().clusterId();
      clusterId = known;
    }
    return known;
  }

  /**
   * What there is now.
   *
   * @throws RejectedException if the Secret is somebody else's
   */
  PullTokenView at(Project project, Holdings held, GroupRef group) throws StepException {
    return at(
        project,
        held,
        isAllNew(held, group) ? Optional.empty() : secret(project),
        notes -> listed(group, notes));
  }

  /**
   * What there would be in a group that is made only later.
   *
   * @throws RejectedException if the Secret is somebody else's
   */
  PullTokenView beforeGroup(Project project, Holdings held) throws StepException {
    return at(project, held, secret(project), notes -> List.of());
  }

  @FunctionalInterface
  private interface Listing {
    List<Token> by(TokenNotes notes) throws StepException;
  }

  private Optional<PullSecret> secret(Project project) throws StepException {
    return tools.cluster().pullSecret(project.name().value());
  }

  private PullTokenView at(
      Project project, Holdings held, Optional<PullSecret> secret, Listing listing)
      throws StepException {
    if (secret.isPresent()) {
      requireOwnership(project, secret.get());
    }
    Optional<PullSecret> ours = secret.filter(seen -> isMarkedFor(project, seen));
    // Tenants can write annotations; by forged ones we would revoke what is published.
    TokenNotes notes =
        ours.filter(PullSecret::notesAreOurs)
            .map(seen -> TokenNotes.of(seen.annotations()))
            .orElse(TokenNotes.NONE);
    boolean valueIsLost = secret.isPresent() && (ours.isEmpty() || isLost(secret.get(), notes));
    RegistryToken mirrored = held.token();
    List<Token> listed = listing.by(notes);
    return new PullTokenView(
        project,
        clusterId(),
        secret,
        notes,
        valueIsLost,
        mirrored == null ? OptionalLong.empty() : OptionalLong.of(mirrored.id()),
        accepted(project, secret.filter(seen -> !valueIsLost), notes, listed),
        strays(project, listed),
        tools.takesOver() ? PullTokenView.olders(listed, project) : List.of(),
        // Read last: the server's time is known better after its answer.
        tools.gitlab().serverTime());
  }

  /**
   * Our living tokens. If a person asks for a look, the registry is asked too, and what it refuses
   * counts as dead: a token whose bot has lost its membership is listed like any other.
   */
  private List<Token> accepted(
      Project project, Optional<PullSecret> secret, TokenNotes notes, List<Token> listed)
      throws StepException {
    List<Token> ours = PullTokenView.ours(listed, clusterId(), project.uid());
    if (secret.isEmpty() || notes.id().isEmpty() || !project.isLookRequested()) {
      return ours;
    }
    Optional<SecretValue> value =
        PullSecretFile.password(secret.get().dockerConfigJson(), tools.registryHost());
    if (value.isEmpty() || !isRefused(project, value.get())) {
      return ours;
    }
    return ours.stream().filter(token -> token.id() != notes.id().getAsLong()).toList();
  }

  private boolean isRefused(Project project, SecretValue value) throws StepException {
    try {
      return new LoginProbe(tools.registry(), tools.pause())
          .refusal(PullSecretFile.user(project.name()), value)
          .isPresent();
    } catch (RetryableException unknown) {
      // A registry that does not answer refuses nothing.
      return false;
    }
  }

  /** All Projects are gone through only where a token is not this one's. */
  private List<Token> strays(Project project, List<Token> listed) throws StepException {
    List<Token> others = PullTokenView.strays(listed, clusterId(), Set.of(project.uid()));
    if (others.isEmpty()) {
      return others;
    }
    Set<String> uids = new HashSet<>();
    uids.add(project.uid());
    tools.cluster().projects().forEach(other -> uids.add(other.uid()));
    return PullTokenView.strays(others, clusterId(), uids);
  }

  private List<Token> listed(GroupRef group, TokenNotes notes) throws StepException {
    try {
      List<Token> shared = tools.reads().tokens(group);
      OptionalLong published = notes.id();
      boolean isDoubtful =
          published.isPresent()
              && shared.stream().noneMatch(token -> token.id() == published.getAsLong());
      // No token counts as dead by a list that was read a while ago.
      return isDoubtful ? tools.reads().tokens(group, JUST_NOW) : shared;
    } catch (RetryableException trouble) {
      throw DeadToken.whilePullsFail(DeadToken.expiry(notes, tools.gitlab().serverTime()), trouble);
    }
  }

  /**
   * Nothing can be there yet: group and namespace were just made, and no token in it. If something
   * is all the same, the Secret cannot be created, and the next look reads it.
   */
  private boolean isAllNew(Holdings held, GroupRef group) {
    return tools.reads().isOurOwnAndEmpty(group)
        && held.token() == null
        && held.thing("namespace").filter(this::isJustMade).isPresent();
  }

  private boolean isJustMade(Holding namespace) {
    String since = namespace.since();
    if (namespace.origin() != Origin.CREATED || since == null) {
      return false;
    }
    try {
      return Instant.parse(since).plus(NEW_NAMESPACE).isAfter(tools.clock().instant());
    } catch (DateTimeParseException unreadable) {
      return false;
    }
  }

  private boolean isLost(PullSecret secret, TokenNotes notes) {
    return notes.id().isEmpty()
        || !secret.dataIsOurs()
        || !PullSecretFile.holdsLogin(secret.dockerConfigJson(), tools.registryHost());
  }

  /** Whether a Secret bears this Project's mark. */
  static boolean isMarkedFor(Project project, PullSecret secret) {
    return secret.owner().filter(mark -> mark.uid().equals(project.uid())).isPresent();
  }

  private void requireOwnership(Project project, PullSecret secret) throws StepException {
    if (secret.isOlderOperators() && !PullSecretFile.isUsable(secret) && !tools.takesOver()) {
      throw new RejectedException(
          Reason.OWNERSHIP_CONFLICT,
          "%s was made by the older operator, of a type that cannot be changed. Set takeover.older-operator=true to have it replaced, or delete it."
              .formatted(PullSecretFile.secretName(project)));
    }
    if (!secret.isOlderOperators() && !PullSecretFile.isUsable(secret)) {
      throw new RejectedException(
          Reason.OWNERSHIP_CONFLICT,
          "%s has type %s and cannot hold a login. Delete it."
              .formatted(PullSecretFile.secretName(project), secret.type()));
    }
    Optional<OwnerMark> mark = secret.owner();
    boolean isMineOfOld = mark.filter(owner -> owner.owner().equals(project.ref())).isPresent();
    if (isMarkedFor(project, secret) || isMineOfOld) {
      return;
    }
    if (mark.isPresent() && tools.cluster().isLiving(mark.get())) {
      throw new RejectedException(
          Reason.OWNERSHIP_CONFLICT,
          "%s belongs to Project %s. Delete one of the two."
              .formatted(PullSecretFile.secretName(project), mark.get().owner()));
    }
    if (!project.mayAdopt(PullTokenStatus.SECRET_HOLDING)) {
      throw new RejectedException(
          Reason.ADOPTION_FORBIDDEN,
          "%s exists and spec.adoption is Never. Set IfUnowned, or annotate kyotu.tech/adopt: %s."
              .formatted(PullSecretFile.secretName(project), PullTokenStatus.SECRET_HOLDING));
    }
  }
}
