package tech.kyotu.groundwork.gitlab;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;

/**
 * What a look at one Project's pull token found. The Secret is the only record of the value,
 * GitLab's list the only record of which tokens live.
 *
 * @param clusterId of our tokens' names
 * @param secret the pull secret; empty if there is none
 * @param notes what its annotations say; nothing if it is not ours
 * @param valueIsLost whether its content is not what we wrote
 * @param mirrored the id that the status tells, for a secret that was lost; a hint
 * @param ours living tokens under a name of this Project
 * @param strays living tokens that we made for Projects that are gone
 * @param olders living tokens that the older operator made for this Project, if they are taken over
 * @param now the server's time
 */
record PullTokenView(
    Project project,
    String clusterId,
    Optional<PullSecret> secret,
    TokenNotes notes,
    boolean valueIsLost,
    OptionalLong mirrored,
    List<Token> ours,
    List<Token> strays,
    List<Token> olders,
    Instant now) {

  /** After this a token that nobody published will not be published any more. */
  static final Duration ORPHAN_AGE = Duration.ofMinutes(10);

  /** The newest request that is remembered is cut at this length. */
  private static final int LONGEST_REQUEST = 64;

  /** The tokens of a list that bear this Project's name. */
  static List<Token> ours(List<Token> all, String clusterId, String uid) {
    return all.stream()
        .filter(
            token ->
                TokenName.parse(token.name()).filter(name -> name.isOf(clusterId, uid)).isPresent())
        .toList();
  }

  /**
   * The tokens of a list that this operator made for a Project that is gone: a restored cluster has
   * other UIDs, and a former leader may have left one.
   *
   * @param known UIDs of all Projects
   */
  static List<Token> strays(List<Token> all, String clusterId, Set<String> known) {
    return all.stream()
        .filter(
            token ->
                TokenName.parse(token.name())
                    .filter(name -> name.clusterId().equals(clusterId))
                    .filter(name -> !known.contains(name.projectUid()))
                    .isPresent())
        .toList();
  }

  /**
   * The tokens of a list that the older operator made for a Project: it named them after the user
   * that it put into the pull secret (src/controller.rs of kyotu-project-operator).
   */
  static List<Token> olders(List<Token> all, Project project) {
    String name = PullSecretFile.user(project.name());
    return all.stream().filter(token -> token.name().equals(name)).toList();
  }

  /** Whether there is a Secret that no write can make a pull secret of. */
  boolean isOfAnotherType() {
    return secret.filter(seen -> !PullSecretFile.isUsable(seen)).isPresent();
  }

  /** The published token, if it lives. */
  Optional<Token> current() {
    return living(notes.id());
  }

  /** The token before it, if it lives. */
  Optional<Token> previous() {
    Optional<Token> noted = living(notes.previousId());
    return noted.isEmpty() && notes.id().isEmpty() ? living(mirrored) : noted;
  }

  /**
   * What becomes the previous token once a new one is published. A published token that is not
   * listed counts if none before it is: the list may be old, and a dead one is forgotten later.
   */
  OptionalLong nextPrevious() {
    if (current().isPresent() || RotationPolicy.mayBeUnlisted(notes.publishedAt(), now)) {
      return notes.id();
    }
    return previous().map(token -> OptionalLong.of(token.id())).orElse(notes.id());
  }

  private Optional<Token> living(OptionalLong id) {
    return id.isEmpty()
        ? Optional.empty()
        : ours.stream().filter(token -> token.id() == id.getAsLong()).findFirst();
  }

  /** Living tokens that are neither published nor the one before. */
  List<Token> orphans() {
    List<Token> orphans = new ArrayList<>(ours);
    current().ifPresent(orphans::remove);
    previous().ifPresent(orphans::remove);
    return orphans;
  }

  /**
   * Whether an orphan may go: it is old, its attempt is known to be dead, or nothing is published.
   */
  boolean mayGo(Token orphan) {
    if (isOfAnotherType()) {
      // Nothing can be announced there, so only its age tells that nobody will publish it.
      return !goesAt(orphan).isAfter(now);
    }
    Optional<String> nonce = TokenName.parse(orphan.name()).map(TokenName::nonce);
    boolean attemptIsDead =
        notes.pending().isPresent() && nonce.equals(notes.pending().map(TokenNotes.Pending::nonce));
    return attemptIsDead || notes.id().isEmpty() || !goesAt(orphan).isAfter(now);
  }

  /** When an orphan may go in any case. */
  Instant goesAt(Token orphan) {
    return orphan.createdAt().plus(ORPHAN_AGE);
  }

  /**
   * Whether another process may still be about to publish a token: it must be made to fail first.
   */
  boolean needsFence() {
    return notes.id().isEmpty() || notes.pending().isPresent();
  }

  /** The number of the next token; an attempt that was cut short keeps its number. */
  long nextSequence() {
    long listed =
        notes.id().isPresent()
            ? 0
            : ours.stream()
                .flatMap(token -> TokenName.parse(token.name()).stream())
                .mapToLong(TokenName::sequence)
                .max()
                .orElse(0);
    return Math.max(notes.sequence(), listed) + 1;
  }

  /** The newest request for a rotation, cut at a length that fits an annotation. */
  Optional<String> requested() {
    return project
        .rotateRequest()
        .filter(text -> !text.isBlank())
        .map(text -> text.substring(0, Math.min(LONGEST_REQUEST, text.length())));
  }

  /** The facts that decide about a rotation. */
  RotationPolicy.Facts facts() {
    return new RotationPolicy.Facts(
        project.uid(),
        secret.isPresent(),
        valueIsLost,
        current(),
        notes.publishedAt(),
        requested(),
        notes.rotateHandled(),
        now);
  }

  /** The same, after the secret was written or read again. */
  PullTokenView with(PullSecret written, TokenNotes newNotes, boolean lost) {
    return new PullTokenView(
        project,
        clusterId,
        Optional.of(written),
        newNotes,
        lost,
        mirrored,
        ours,
        strays,
        olders,
        now);
  }

  /** The same, with other living tokens. */
  PullTokenView with(List<Token> living) {
    return new PullTokenView(
        project,
        clusterId,
        secret,
        notes,
        valueIsLost,
        mirrored,
        List.copyOf(living),
        strays,
        olders,
        now);
  }
}
