package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.FaultPoints;

/** A GitLab in memory that keeps the promises of the port. Every call is a fault point. */
public final class FakeGitLab implements GitLab {

  private record Row(long groupId, Token token, String value) {}

  private final Clock clock;
  private final FaultPoints faults;
  private final Map<Long, Group> groups = new LinkedHashMap<>();
  private final Map<Long, Row> tokens = new LinkedHashMap<>();
  private final Set<Long> withoutBot = new HashSet<>();
  private final Map<String, Long> users = new HashMap<>();
  private Duration skew = Duration.ZERO;
  private Optional<LocalDate> latestExpiry = Optional.empty();
  private long lastGroup = 40;
  private long lastToken = 800;

  public FakeGitLab(Clock clock, FaultPoints faults) {
    this.clock = clock;
    this.faults = faults;
  }

  /** A group that somebody made; its parents are made with it. */
  public synchronized Group addGroup(String fullPath) {
    return addGroup(fullPath, "");
  }

  /** A group that somebody made, with a description. */
  public synchronized Group addGroup(String fullPath, String description) {
    Optional<Group> present = atPath(fullPath);
    if (present.isPresent()) {
      return present.get();
    }
    int slash = fullPath.lastIndexOf('/');
    OptionalLong parent =
        slash < 0
            ? OptionalLong.empty()
            : OptionalLong.of(addGroup(fullPath.substring(0, slash)).id());
    return put(fullPath, fullPath.substring(slash + 1), description, parent);
  }

  /** A path that a user has: taken, but no group. */
  public synchronized void addUser(String path) {
    users.put(path, 1L);
  }

  /** Somebody moves the group. */
  synchronized void rename(long id, String newPath) {
    Group old = groups.get(id);
    groups.put(
        id,
        new Group(
            id,
            newPath,
            old.name(),
            old.description(),
            old.visibility(),
            old.parentId(),
            old.archived(),
            old.markedForDeletionOn(),
            old.webUrl()));
  }

  /** Somebody marks the group for deletion. */
  synchronized void markForDeletion(long id, LocalDate day) {
    mark(id, Optional.of(day));
  }

  /** Somebody takes the mark off again. */
  synchronized void restore(long id) {
    mark(id, Optional.empty());
  }

  private void mark(long id, Optional<LocalDate> day) {
    Group old = groups.get(id);
    groups.put(
        id,
        new Group(
            id,
            old.fullPath(),
            old.name(),
            old.description(),
            old.visibility(),
            old.parentId(),
            old.archived(),
            day,
            old.webUrl()));
  }

  /** The group is gone, with all its tokens. */
  synchronized void removeGroup(long id) {
    groups.remove(id);
    tokens.values().removeIf(row -> row.groupId == id);
  }

  /** Somebody revokes a token. */
  public synchronized void revokeByHand(long tokenId) {
    tokens.computeIfPresent(tokenId, (id, row) -> new Row(row.groupId, dead(row.token), row.value));
  }

  /** Somebody makes a token. */
  public synchronized long addToken(long groupId, String name, LocalDate expiresOn) {
    return put(groupId, name, expiresOn).token.id();
  }

  /** The server's clock is ahead of ours by this. */
  synchronized void skewBy(Duration time) {
    skew = time;
  }

  /** The server allows no token that lives on this day. */
  synchronized void allowTokensBefore(LocalDate day) {
    latestExpiry = Optional.of(day);
  }

  /** Somebody takes a token's bot out of the group: it is listed, and good for nothing. */
  synchronized void removeBot(long tokenId) {
    withoutBot.add(tokenId);
  }

  /** Whether a pull with this value works now. */
  synchronized boolean accepts(String value) {
    return tokens.values().stream()
        .anyMatch(
            row ->
                row.value.equals(value)
                    && isLiving(row.token)
                    && !withoutBot.contains(row.token.id()));
  }

  /** The token of this value, if there ever was one. */
  synchronized Optional<Long> idOf(String value) {
    return tokens.values().stream()
        .filter(row -> row.value.equals(value))
        .map(row -> row.token.id())
        .findFirst();
  }

  /** Whether the token of this value has reached its last day. */
  synchronized boolean hasExpired(String value) {
    return tokens.values().stream().anyMatch(row -> row.value.equals(value) && isPast(row.token));
  }

  /** Whether a token lives. */
  synchronized boolean lives(long id) {
    return tokens.containsKey(id) && isLiving(tokens.get(id).token);
  }

  /** Living tokens of a group. */
  public synchronized List<Token> livingTokens(long groupId) {
    return tokens.values().stream()
        .filter(row -> row.groupId == groupId)
        .map(Row::token)
        .filter(this::isLiving)
        .toList();
  }

  /** The group of this path, without a call being counted. */
  public synchronized Optional<Group> groupAtRest(String fullPath) {
    return atPath(fullPath);
  }

  private Optional<Group> atPath(String fullPath) {
    return groups.values().stream().filter(group -> group.fullPath().equals(fullPath)).findFirst();
  }

  private interface Body<T> {
    T run() throws StepException;
  }

  private <T> T call(String what, Body<T> body) throws StepException {
    String named = "gitlab." + what;
    faults.before(named);
    T answer = body.run();
    faults.after(named);
    return answer;
  }

  @Override
  public synchronized Identity self() throws StepException {
    return call("self", () -> new Identity(7, Set.of("api"), Optional.empty()));
  }

  @Override
  public synchronized Optional<Group> findGroup(String fullPath) throws StepException {
    return call("findGroup " + fullPath, () -> atPath(fullPath));
  }

  @Override
  public synchronized Optional<Group> group(long id) throws StepException {
    return call("group " + id, () -> Optional.ofNullable(groups.get(id)));
  }

  @Override
  public synchronized List<Group> children(GroupRef parent) throws StepException {
    return call(
        "children " + parent.fullPath(),
        () -> {
          requireGroup(parent.id());
          return groups.values().stream()
              .filter(group -> group.parentId().equals(OptionalLong.of(parent.id())))
              .toList();
        });
  }

  @Override
  public synchronized GroupCreation createGroup(NewGroup wanted) throws StepException {
    String fullPath =
        wanted.parent().map(above -> above.fullPath() + "/").orElse("") + wanted.path();
    return call(
        "createGroup " + fullPath,
        () -> {
          if (wanted.parent().isPresent()) {
            requireGroup(wanted.parent().get().id());
          }
          if (atPath(fullPath).isPresent() || users.containsKey(fullPath)) {
            return new GroupCreation.Taken();
          }
          OptionalLong parent =
              wanted
                  .parent()
                  .map(above -> OptionalLong.of(above.id()))
                  .orElseGet(OptionalLong::empty);
          return new GroupCreation.Created(
              put(fullPath, wanted.name(), wanted.description(), parent));
        });
  }

  @Override
  public synchronized List<Token> tokens(GroupRef group) throws StepException {
    return call(
        "tokens " + group.id(),
        () -> {
          requireGroup(group.id());
          return livingTokens(group.id());
        });
  }

  @Override
  public synchronized Issuance issueToken(GroupRef group, NewToken wanted) throws StepException {
    return call(
        "issueToken " + group.id(),
        () -> {
          requireGroup(group.id());
          if (latestExpiry.isPresent() && !wanted.expiresOn().isBefore(latestExpiry.get())) {
            return new Issuance.DateRefused(latestExpiry.get());
          }
          Row row = put(group.id(), wanted.name(), wanted.expiresOn());
          return new Issuance.Issued(
              row.token.id(), row.token.createdAt(), wanted.expiresOn(), SecretValue.of(row.value));
        });
  }

  @Override
  public synchronized Revocation revokeToken(GroupRef group, long tokenId) throws StepException {
    return call(
        "revokeToken " + tokenId,
        () -> {
          requireGroup(group.id());
          if (!tokens.containsKey(tokenId)) {
            return Revocation.ABSENT;
          }
          if (withoutBot.contains(tokenId)) {
            throw new RejectedException(Reason.ACCESS_DENIED, "Failed to find bot user (400).");
          }
          revokeByHand(tokenId);
          return Revocation.REVOKED;
        });
  }

  @Override
  public synchronized Instant serverTime() {
    return clock.instant().plus(skew);
  }

  @Override
  public synchronized Duration skew() {
    return skew;
  }

  private Group put(String fullPath, String name, String description, OptionalLong parent) {
    lastGroup++;
    Group group =
        new Group(
            lastGroup,
            fullPath,
            name,
            description,
            "private",
            parent,
            false,
            Optional.empty(),
            "http://gitlab.invalid/groups/" + fullPath);
    groups.put(lastGroup, group);
    return group;
  }

  private Row put(long groupId, String name, LocalDate expiresOn) {
    lastToken++;
    Token token =
        new Token(
            lastToken,
            name,
            serverTime().truncatedTo(ChronoUnit.MILLIS),
            Optional.of(expiresOn),
            true,
            false,
            20,
            Set.of("read_registry"));
    Row row = new Row(groupId, token, "value-of-" + lastToken);
    tokens.put(lastToken, row);
    return row;
  }

  private static Token dead(Token token) {
    return new Token(
        token.id(),
        token.name(),
        token.createdAt(),
        token.expiresOn(),
        false,
        true,
        token.level(),
        token.scopes());
  }

  private boolean isLiving(Token token) {
    return !token.revoked() && !isPast(token);
  }

  private boolean isPast(Token token) {
    LocalDate today = LocalDate.ofInstant(serverTime(), ZoneOffset.UTC);
    return token.expiresOn().filter(day -> !day.isAfter(today)).isPresent();
  }

  private void requireGroup(long id) throws RejectedException {
    if (!groups.containsKey(id)) {
      throw new RejectedException(Reason.PREREQUISITE_MISSING, "GitLab group absent (404).");
    }
  }
}
