package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Everything the server knows, under one lock: all reading and writing happens inside {@link
 * #locked}. It keeps records and their indexes; who may do what is decided elsewhere.
 */
final class World {
  /** How long a revoked token or a group marked for deletion stays visible. */
  static final int RETENTION_DAYS = 30;

  private final SimulatedClock clock;
  private final RandomText random = new RandomText();
  private final Replica replica = new Replica();
  private final Set<Switch> switches = EnumSet.noneOf(Switch.class);
  private final List<WorldChange> changes = new ArrayList<>();
  private Records records = new Records();
  private String defaultVisibility = "private";
  private LocalDate settledOn = LocalDate.MIN;
  private long lastUser;
  private long lastGroup;
  private long lastToken;
  private long lastDeployToken;

  World(SimulatedClock clock) {
    this.clock = clock;
    reset();
  }

  synchronized <T> T locked(Supplier<T> work) {
    settle();
    return work.get();
  }

  synchronized void reset() {
    records = new Records();
    replica.forget();
    switches.clear();
    changes.clear();
    defaultVisibility = "private";
    settledOn = LocalDate.MIN;
    // Far apart, so that an id of one kind used as one of another kind is noticed.
    lastUser = 10;
    lastGroup = 1_000;
    lastToken = 500_000;
    lastDeployToken = 70_000;
  }

  Instant now() {
    return clock.now();
  }

  LocalDate today() {
    return clock.today();
  }

  boolean is(Switch name) {
    return switches.contains(name);
  }

  void flip(Switch name, boolean on) {
    if (on) {
      switches.add(name);
    } else {
      switches.remove(name);
    }
  }

  Set<Switch> switches() {
    return switches;
  }

  String defaultVisibility() {
    return defaultVisibility;
  }

  void defaultVisibility(String visibility) {
    defaultVisibility = visibility;
  }

  /** The changes since the last call, in order. */
  List<WorldChange> takeChanges() {
    if (replica.isKept() && !changes.isEmpty()) {
      replica.keep(now(), records);
    }
    List<WorldChange> taken = List.copyOf(changes);
    changes.clear();
    return taken;
  }

  // Stale reads

  /** From now on the past is kept, so that reads can be answered from it. */
  void keepPast() {
    if (!replica.isKept()) {
      replica.keep(now(), records);
    }
  }

  void forgetPast() {
    replica.forget();
  }

  /** Does a read on the records of that long ago; the credential was looked up in today's. */
  <T> T behind(Duration lag, Supplier<T> read) {
    if (lag.isZero() || !replica.isKept()) {
      return read.get();
    }
    Records live = records;
    records = replica.at(now().minus(lag));
    try {
      return read.get();
    } finally {
      records = live;
    }
  }

  // Users

  User addUser(String username, String name, Set<Right> rights, Optional<Long> botOf) {
    User user = new User(++lastUser, username, name, Set.copyOf(rights), botOf);
    records.users.put(user.id(), user);
    return user;
  }

  Optional<User> user(long id) {
    return Optional.ofNullable(records.users.get(id));
  }

  Optional<User> userByName(String username) {
    return records.users.values().stream()
        .filter(user -> user.username().equalsIgnoreCase(username))
        .findFirst();
  }

  Stream<User> users() {
    return records.users.values().stream();
  }

  // Groups

  Group addGroup(String fullPath, Group.Texts texts, Optional<Long> parent, long ownerId) {
    Grants grants = Grants.NONE.withMember(ownerId, Rights.OWNER);
    Group group = new Group(++lastGroup, fullPath, texts, parent, now(), Optional.empty(), grants);
    records.groupIdByPath.put(Records.key(fullPath), group.id());
    replace(group, "group created");
    return group;
  }

  Optional<Group> group(long id) {
    return Optional.ofNullable(records.groups.get(id));
  }

  Optional<Group> groupByPath(String fullPath) {
    return groupInTheWayOf(fullPath)
        .filter(group -> !is(Switch.CASE_MATTERS) || group.fullPath().equals(fullPath));
  }

  /** The group that bars a path; two paths that differ in case alone are never both there. */
  Optional<Group> groupInTheWayOf(String fullPath) {
    return Optional.ofNullable(records.groupIdByPath.get(Records.key(fullPath)))
        .map(records.groups::get);
  }

  Stream<Group> groups() {
    return records.groups.values().stream();
  }

  boolean isFormerPath(String fullPath) {
    return records.formerPaths.contains(Records.key(fullPath));
  }

  void replace(Group group, String what) {
    records.groups.put(group.id(), group);
    changed(what, group);
  }

  /** Lets a path be used again although a group had it once. */
  void freePath(String fullPath) {
    records.formerPaths.remove(Records.key(fullPath));
  }

  /** Gives the group another path and moves what is below it along. */
  void rename(Group group, String newPath) {
    String old = group.fullPath();
    records.formerPaths.add(Records.key(old));
    for (Group each : List.copyOf(records.groups.values())) {
      if (each.id() == group.id() || each.fullPath().startsWith(old + "/")) {
        records.groupIdByPath.remove(Records.key(each.fullPath()));
        Group moved = each.withFullPath(newPath + each.fullPath().substring(old.length()));
        records.groupIdByPath.put(Records.key(moved.fullPath()), moved.id());
        replace(moved, "group renamed");
      }
    }
  }

  /** Changes who gets into a group, unrecorded: a part of something that is recorded. */
  void grant(long groupId, UnaryOperator<Grants> change) {
    Group group = group(groupId).orElseThrow();
    records.groups.put(groupId, group.with(change.apply(group.grants())));
  }

  /** Levels by user id of the group's direct members. */
  Map<Long, Integer> members(long groupId) {
    return group(groupId).map(Group::members).orElse(Map.of());
  }

  // Tokens

  Token addToken(Token draft) {
    Token token = draft.numbered(++lastToken, "glpat-" + randomText(20));
    records.tokens.put(token.id(), token);
    records.tokenIdByValue.put(token.value(), token.id());
    changes.add(new WorldChange("token created", token.id(), token.name()));
    return token;
  }

  Optional<Token> token(long id) {
    return Optional.ofNullable(records.tokens.get(id));
  }

  Optional<Token> tokenByValue(String value) {
    return Optional.ofNullable(records.tokenIdByValue.get(value)).map(records.tokens::get);
  }

  Stream<Token> tokens() {
    return records.tokens.values().stream();
  }

  Stream<Token> tokensOf(long groupId) {
    return records.tokensOf(groupId);
  }

  void replace(Token token) {
    records.tokens.put(token.id(), token);
  }

  void revoke(Token token) {
    if (token.isRevoked()) {
      return;
    }
    replace(token.revoked(now()));
    changes.add(new WorldChange("token revoked", token.id(), token.name()));
    if (is(Switch.BOTS_GO_AT_ONCE) && token.groupId().isPresent()) {
      records.forget(token);
    }
  }

  void revokeFamily(long family) {
    tokens().filter(token -> token.family() == family).toList().forEach(this::revoke);
  }

  /** A number for a deploy token; the token itself is kept by its group. */
  long nextDeployToken() {
    return ++lastDeployToken;
  }

  // Images

  Set<String> images() {
    return records.images;
  }

  String randomText(int length) {
    return random.next(length);
  }

  /** Removes what is past its retention; once a day is enough, all of it is counted in days. */
  private void settle() {
    if (settledOn.equals(today())) {
      return;
    }
    settledOn = today();
    records.forgetOlderThan(
        today().minusDays(RETENTION_DAYS), now().minus(Duration.ofDays(RETENTION_DAYS)));
    changes.clear();
  }

  private void changed(String what, Group group) {
    changes.add(new WorldChange(what, group.id(), group.fullPath()));
  }
}
