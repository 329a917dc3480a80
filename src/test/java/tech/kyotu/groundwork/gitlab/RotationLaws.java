package tech.kyotu.groundwork.gitlab;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;

/**
 * What holds in every history of a pull token, looked at before and after each outside call.
 *
 * <p>People may break pulls: who deletes, edits or revokes is excused until pulls work again.
 */
final class RotationLaws {

  /** A law does not hold. */
  static final class Broken extends AssertionError {
    private static final long serialVersionUID = 1L;

    Broken(String law) {
      super(law);
    }
  }

  /** The cluster, in names of tokens. */
  static final String CLUSTER = "c0ffee42";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What an operator's clock may be behind the server's in a pass that nothing disturbed. */
  private static final Duration NEWEST = Duration.ofMinutes(1);

  /** Three are allowed; who reads a list that is some seconds old may issue one more. */
  private static final int MOST_LIVING = 4;

  /** Both may, each twice, if the server itself answers with old lists. */
  private static final int MOST_LIVING_WITH_LAG = 7;

  /** So young is no token due; half of the default life is thirty days. */
  private static final Duration NEVER_DUE = Duration.ofDays(29);

  private final FakeGitLab gitlab;
  private final RotationStage stage;
  private final String uid;
  private final String group;
  private final Duration grace;
  private final Set<String> names = new HashSet<>();
  private final Set<Long> revokedByHand = new HashSet<>();

  /** Operators that have not read the Secret since a person last did something to it. */
  private final Set<Integer> blind = new HashSet<>();

  private final Set<Integer> mustList = new HashSet<>();

  /** Values that were published before, and until when a copy of the Secret must work. */
  private final Map<String, Instant> copies = new HashMap<>();

  private String published = "";
  private String parsedVersion = "";
  private String parsedValue = "";
  private boolean isExcused = true;

  /** Whether a person acted since the last publication: what was published then has no grace. */
  private boolean isPersons = true;

  /** Whether nothing tells any more which token the Secret holds. */
  private boolean isForged;

  private boolean isGoing;
  private boolean listsLag;

  RotationLaws(FakeGitLab gitlab, RotationStage stage, Project project, Duration grace) {
    this.gitlab = gitlab;
    this.stage = stage;
    this.uid = project.uid();
    this.group = "platform/" + project.name().projectId();
    this.grace = grace;
  }

  /** A person did something to the Secret or its token. */
  void personActed() {
    isExcused = true;
    isPersons = true;
    isForged |= stage.secret().filter(RotationLaws::isUnknown).isPresent();
    published = secretValue();
    copies.clear();
    blind.addAll(Set.of(0, 1));
  }

  /** From now on the server may answer with lists of the past. */
  void listsLag() {
    listsLag = true;
  }

  /** A person revokes a token: who publishes it afterwards could not know. */
  void revokedByHand(long id) {
    revokedByHand.add(id);
  }

  private static boolean isUnknown(PullSecret secret) {
    return !secret.notesAreOurs() || TokenNotes.of(secret.annotations()).id().isEmpty();
  }

  /** The Project is being deleted: pulls end. */
  void projectGoes() {
    isGoing = true;
  }

  /** This operator has read the Secret. */
  void secretRead(int operator) {
    blind.remove(operator);
  }

  /** A token is about to be revoked, by one who could know what the Secret holds. */
  void revoking(int operator, long id) {
    boolean isHeld = gitlab.idOf(secretValue()).filter(held -> held == id).isPresent();
    isExcused |= isHeld && blind.contains(operator);
    if (isHeld && !isGoing && !isForged && !blind.contains(operator)) {
      throw new Broken("token " + id + " is revoked while the Secret holds it");
    }
  }

  /**
   * A token is about to be issued.
   *
   * @param request for a rotation that the Project bears
   * @param isUndisturbed whether the pass under way met no pause, and no clock was set in it
   */
  void issuing(int operator, String name, Optional<String> request, boolean isUndisturbed) {
    if (isUndisturbed && !isPersons && isNeedless(request)) {
      throw new Broken("a token is issued although the published one lives and may stay");
    }
    if (!names.add(name)) {
      throw new Broken("two requests for a token of one name");
    }
    if (mustList.contains(operator)) {
      throw new Broken("a token was requested after a lost answer, without a list between");
    }
  }

  private boolean isNeedless(Optional<String> request) {
    return stage
        .secret()
        .filter(secret -> gitlab.accepts(password(secret)))
        .map(secret -> TokenNotes.of(secret.annotations()))
        .filter(notes -> request.isEmpty() || request.equals(notes.rotateHandled()))
        .flatMap(TokenNotes::publishedAt)
        .filter(since -> Duration.between(since, gitlab.serverTime()).compareTo(NEVER_DUE) < 0)
        .isPresent();
  }

  /** Nobody told this operator whether its token was issued. */
  void answerLost(int operator) {
    mustList.add(operator);
  }

  /** This operator knows which tokens there are. */
  void listed(int operator) {
    mustList.remove(operator);
  }

  /**
   * All that can be seen at this instant.
   *
   * @param isUndisturbed whether the pass under way met no pause, and no clock was set in it
   */
  void check(boolean isUndisturbed) {
    if (living().size() > (listsLag ? MOST_LIVING_WITH_LAG : MOST_LIVING)) {
      throw new Broken("tokens that live: " + living());
    }
    if (isGoing) {
      return;
    }
    notePublication(isUndisturbed);
    String value = secretValue();
    boolean works = gitlab.accepts(value);
    boolean isPersonsWork = gitlab.idOf(value).filter(revokedByHand::contains).isPresent();
    if (!works && !isExcused && !isForged && !isPersonsWork && !gitlab.hasExpired(value)) {
      throw new Broken("the Secret's token does not pull");
    }
    isExcused = !works;
    Instant now = gitlab.serverTime();
    copies.forEach(
        (copy, until) -> {
          if (now.isBefore(until) && !gitlab.accepts(copy) && !gitlab.hasExpired(copy)) {
            throw new Broken("a copy of the Secret does not pull within the grace");
          }
        });
  }

  private void notePublication(boolean isUndisturbed) {
    String value = secretValue();
    if (value.equals(published) || !gitlab.accepts(value)) {
      return;
    }
    Optional<Instant> since =
        stage.secret().flatMap(secret -> TokenNotes.of(secret.annotations()).publishedAt());
    Instant now = gitlab.serverTime();
    boolean isNow =
        since.filter(at -> Duration.between(at, now).abs().compareTo(NEWEST) <= 0).isPresent();
    if (isUndisturbed && !isNow) {
      throw new Broken("a publication at " + now + " is noted as of " + since);
    }
    if (!isPersons && isNow && isUndisturbed) {
      copies.put(published, since.get().plus(grace));
    }
    isPersons = false;
    isForged = false;
    published = value;
  }

  /** Nobody is excused any more. */
  void requireWorking() {
    if (!gitlab.accepts(secretValue())) {
      throw new Broken("all is quiet, and the Secret's token does not pull");
    }
  }

  /** A clock was set: what it counted no longer binds. */
  void clockSet() {
    copies.clear();
  }

  /** All is quiet: one token, published, and nothing pending; none at all once it has gone. */
  void checkAtRest(boolean isGone) {
    Optional<PullSecret> secret = stage.secret();
    if (isGone) {
      if (secret.isPresent() || !living().isEmpty()) {
        throw new Broken(
            "after deletion there are " + secret.map(PullSecret::toString) + " and " + living());
      }
      return;
    }
    TokenNotes notes = TokenNotes.of(secret.orElseThrow().annotations());
    List<Long> living = living().stream().map(Token::id).toList();
    boolean isAlone = notes.id().isPresent() && living.equals(List.of(notes.id().getAsLong()));
    if (!isAlone || notes.pending().isPresent() || !gitlab.accepts(secretValue())) {
      throw new Broken("at rest %s live, and the notes are %s".formatted(living, notes));
    }
  }

  /** The Project's tokens that live. */
  List<Token> living() {
    return gitlab
        .groupAtRest(group)
        .map(made -> gitlab.livingTokens(made.id()))
        .orElse(List.of())
        .stream()
        .filter(
            token ->
                TokenName.parse(token.name()).filter(name -> name.isOf(CLUSTER, uid)).isPresent())
        .toList();
  }

  private String secretValue() {
    return stage.secret().map(this::value).orElse("");
  }

  /** Parsed once for each version: the laws ask at every call. */
  private String value(PullSecret secret) {
    if (!secret.resourceVersion().equals(parsedVersion)) {
      parsedVersion = secret.resourceVersion();
      parsedValue = password(secret);
    }
    return parsedValue;
  }

  private static String password(PullSecret secret) {
    try {
      return JSON.readTree(secret.dockerConfigJson())
          .path("auths")
          .path(RegistryWorld.HOST)
          .path("password")
          .asText();
    } catch (IOException unreadable) {
      return "";
    }
  }
}
