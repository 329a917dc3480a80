package tech.kyotu.groundwork.gitlab;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tech.kyotu.groundwork.step.StepException;

/**
 * What we ask of GitLab, in our words. One request per call and nothing is repeated; a write whose
 * answer was lost throws a {@code RetryableException} with unknown outcome.
 *
 * <p>Every method may throw {@code RetryableException} ({@code RemoteUnavailable}, {@code
 * RateLimited}) or {@code RejectedException} ({@code AccessDenied}, {@code PrerequisiteMissing}).
 * Absence is only what GitLab itself said in JSON; it says the same of what it hides.
 */
public interface GitLab {

  /**
   * Who we are.
   *
   * @param scopes what our credential may do
   * @param expiresOn the day at whose start (UTC) it dies; empty if it does not
   */
  record Identity(long userId, Set<String> scopes, Optional<LocalDate> expiresOn) {

    /** Copies the scopes. */
    public Identity {
      scopes = Set.copyOf(scopes);
    }
  }

  /**
   * A group by its two names. The id addresses it, because a path of digits would be read as an id
   * and no path follows a rename; the path is for people.
   */
  record GroupRef(long id, String fullPath) {

    /** As a holding refers to it: {@code <id> <fullPath>}. */
    String reference() {
      return id + " " + fullPath;
    }

    /** Reads {@link #reference()}; empty for any other text. */
    static Optional<GroupRef> of(String reference) {
      String[] parts = reference.split(" ", 2);
      if (parts.length != 2 || !parts[0].matches("[1-9][0-9]{0,17}")) {
        return Optional.empty();
      }
      return Optional.of(new GroupRef(Long.parseLong(parts[0]), parts[1]));
    }
  }

  /**
   * A group as GitLab tells of it.
   *
   * @param description empty if there is none
   * @param parentId empty at top level
   * @param markedForDeletionOn when it goes; empty while it lives
   */
  record Group(
      long id,
      String fullPath,
      String name,
      String description,
      String visibility,
      OptionalLong parentId,
      boolean archived,
      Optional<LocalDate> markedForDeletionOn,
      String webUrl) {

    /** Its two names. */
    public GroupRef ref() {
      return new GroupRef(id, fullPath);
    }
  }

  /**
   * A group to be made, private.
   *
   * @param path the last segment of its path
   * @param parent empty for top level
   */
  record NewGroup(String path, String name, Optional<GroupRef> parent, String description) {}

  /** What became of a wish for a group. */
  sealed interface GroupCreation {
    /** It is ours: of several creators exactly one gets this answer. */
    record Created(Group group) implements GroupCreation {}

    /** The path is in use: by a group that we see, one that we do not, or a user. */
    record Taken() implements GroupCreation {}
  }

  /**
   * A group access token, without its value.
   *
   * @param expiresOn the day at whose start (UTC) it dies; empty if it does not
   * @param level access level, 20 is Reporter; 0 if unknown
   * @param scopes those that have a name
   */
  record Token(
      long id,
      String name,
      Instant createdAt,
      Optional<LocalDate> expiresOn,
      boolean active,
      boolean revoked,
      int level,
      Set<String> scopes) {

    /** Copies the scopes. */
    public Token {
      scopes = Set.copyOf(scopes);
    }
  }

  /** A token to be made: Reporter, scope {@code read_registry}. */
  record NewToken(String name, String description, LocalDate expiresOn) {}

  /** What became of a wish for a token. */
  sealed interface Issuance {
    /** It lives. Its value is told here and nowhere else. */
    record Issued(long id, Instant createdAt, LocalDate expiresOn, SecretValue value)
        implements Issuance {}

    /** The server allows earlier dates only; nothing was made. */
    record DateRefused(LocalDate mustBeBefore) implements Issuance {}
  }

  /** What became of a revocation. */
  enum Revocation {
    REVOKED,
    /** The group answers and has no such token. */
    ABSENT
  }

  /** Who our credential is. GET /personal_access_tokens/self. */
  Identity self() throws StepException;

  /** The group of exactly this full path; empty on a 404 in JSON. GET /groups/:path. */
  Optional<Group> findGroup(String fullPath) throws StepException;

  /** The group of this id, wherever it is now; empty on a 404 in JSON. GET /groups/:id. */
  Optional<Group> group(long id) throws StepException;

  /** Every direct subgroup that we may see, all pages. GET /groups/:id/subgroups. */
  List<Group> children(GroupRef parent) throws StepException;

  /** Makes a group. POST /groups. */
  GroupCreation createGroup(NewGroup wanted) throws StepException;

  /**
   * The living tokens of a group, all pages: neither revoked nor past their day. GET
   * /groups/:id/access_tokens.
   */
  List<Token> tokens(GroupRef group) throws StepException;

  /** Makes a token. POST /groups/:id/access_tokens. */
  Issuance issueToken(GroupRef group, NewToken wanted) throws StepException;

  /** Revokes a token, also one that is revoked already. DELETE /groups/:id/access_tokens/:id. */
  Revocation revokeToken(GroupRef group, long tokenId) throws StepException;

  /** The server's time: ours, corrected by what its newest answer told. No request. */
  Instant serverTime();

  /** How far the server's clock is ahead of ours; zero before its first answer. No request. */
  Duration skew();
}
