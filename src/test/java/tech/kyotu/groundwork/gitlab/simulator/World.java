package tech.kyotu.groundwork.gitlab.simulator;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Everything the server knows, under one lock: all reading and writing happens inside {@link
 * #locked}. It keeps records and their indexes; who may do what is decided elsewhere.
 */
final class World {
  /** How long a revoked token or a group marked for deletion stays visible. */
  static final int RETENTION_DAYS = 30;

  private static final String ALPHABET =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  private final SimulatedClock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<Long, User> users = new TreeMap<>();
  private final Map<Long, Group> groups = new TreeMap<>();
  private final Map<String, Long> groupIdByPath = new HashMap<>();
  private final Set<String> formerPaths = new TreeSet<>();
  private final Map<Long, Map<Long, Integer>> members = new TreeMap<>();
  private final Map<Long, Token> tokens = new TreeMap<>();
  private final Map<String, Long> tokenIdByValue = new HashMap<>();
  private final Set<String> images = new TreeSet<>();
  private final Set<Switch> switches = EnumSet.noneOf(Switch.class);
  private final List<WorldChange> changes = new ArrayList<>();
  private String defaultVisibility = "private";
  private LocalDate settledOn = LocalDate.MIN;
  private long lastUser;
  private long lastGroup;
  private long lastToken;

  World(SimulatedClock clock) {
    this.clock = clock;
    reset();
  }

  synchronized <T> T locked(Supplier<T> work) {
    settle();
    return work.get();
  }

  synchronized void reset() {
    List.of(users, groups, groupIdByPath, members, tokens, tokenIdByValue).forEach(Map::clear);
    List.of(formerPaths, images, switches, changes).forEach(Collection::clear);
    defaultVisibility = "private";
    settledOn = LocalDate.MIN;
    // Far apart, so that an id of one kind used as one of another kind is noticed.
    lastUser = 10;
    lastGroup = 1_000;
    lastToken = 500_000;
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
    // The switch about case changes what the index is keyed by.
    groupIdByPath.clear();
    groups().forEach(group -> groupIdByPath.put(key(group.fullPath()), group.id()));
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
    List<WorldChange> taken = List.copyOf(changes);
    changes.clear();
    return taken;
  }

  // Users

  User addUser(String username, String name, Set<Right> rights, Optional<Long> botOf) {
    User user = new User(++lastUser, username, name, Set.copyOf(rights), botOf);
    users.put(user.id(), user);
    return user;
  }

  Optional<User> user(long id) {
    return Optional.ofNullable(users.get(id));
  }

  Optional<User> userByName(String username) {
    return users.values().stream()
        .filter(user -> user.username().equalsIgnoreCase(username))
        .findFirst();
  }

  Stream<User> users() {
    return users.values().stream();
  }

  // Groups

  Group addGroup(
      String fullPath, String name, String description, String visibility, Optional<Long> parent) {
    Group group =
        new Group(
            ++lastGroup, fullPath, name, description, visibility, parent, now(), Optional.empty());
    groups.put(group.id(), group);
    groupIdByPath.put(key(fullPath), group.id());
    changed("group created", group);
    return group;
  }

  Optional<Group> group(long id) {
    return Optional.ofNullable(groups.get(id));
  }

  Optional<Group> groupByPath(String fullPath) {
    return Optional.ofNullable(groupIdByPath.get(key(fullPath))).map(groups::get);
  }

  Stream<Group> groups() {
    return groups.values().stream();
  }

  boolean isFormerPath(String fullPath) {
    return formerPaths.contains(key(fullPath));
  }

  void replace(Group group, String what) {
    groups.put(group.id(), group);
    changed(what, group);
  }

  /** Lets a path be used again although a group had it once. */
  void freePath(String fullPath) {
    formerPaths.remove(key(fullPath));
  }

  /** Gives the group another path and moves what is below it along. */
  void rename(Group group, String newPath) {
    String old = group.fullPath();
    formerPaths.add(key(old));
    for (Group each : List.copyOf(groups.values())) {
      if (each.id() == group.id() || each.fullPath().startsWith(old + "/")) {
        groupIdByPath.remove(key(each.fullPath()));
        Group moved = each.withFullPath(newPath + each.fullPath().substring(old.length()));
        groupIdByPath.put(key(moved.fullPath()), moved.id());
        replace(moved, "group renamed");
      }
    }
  }

  void setMember(long groupId, long userId, int level) {
    members.computeIfAbsent(groupId, unused -> new TreeMap<>()).put(userId, level);
  }

  void removeMember(long groupId, long userId) {
    members.getOrDefault(groupId, Map.of()).remove(userId);
  }

  /** Levels by user id of the group's direct members. */
  Map<Long, Integer> members(long groupId) {
    return members.getOrDefault(groupId, Map.of());
  }

  // Tokens

  Token addToken(Token draft) {
    Token token = draft.numbered(++lastToken, "glpat-" + randomText(20));
    tokens.put(token.id(), token);
    tokenIdByValue.put(token.value(), token.id());
    changes.add(new WorldChange("token created", token.id(), token.name()));
    return token;
  }

  Optional<Token> token(long id) {
    return Optional.ofNullable(tokens.get(id));
  }

  Optional<Token> tokenByValue(String value) {
    return Optional.ofNullable(tokenIdByValue.get(value)).map(tokens::get);
  }

  Stream<Token> tokens() {
    return tokens.values().stream();
  }

  Stream<Token> tokensOf(long groupId) {
    return tokens().filter(token -> token.groupId().filter(id -> id == groupId).isPresent());
  }

  void replace(Token token) {
    tokens.put(token.id(), token);
  }

  void revoke(Token token) {
    if (token.isRevoked()) {
      return;
    }
    replace(token.revoked(now()));
    changes.add(new WorldChange("token revoked", token.id(), token.name()));
    if (is(Switch.BOTS_GO_AT_ONCE)) {
      forget(token);
    }
  }

  void revokeFamily(long family) {
    tokens().filter(token -> token.family() == family).toList().forEach(this::revoke);
  }

  // Images

  void addImage(String repository) {
    images.add(repository);
  }

  Set<String> images() {
    return images;
  }

  String randomText(int length) {
    return random
        .ints(length, 0, ALPHABET.length())
        .mapToObj(ALPHABET::charAt)
        .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append)
        .toString();
  }

  /** Removes what is past its retention; once a day is enough, all of it is counted in days. */
  private void settle() {
    if (settledOn.equals(today())) {
      return;
    }
    settledOn = today();
    LocalDate limit = today().minusDays(RETENTION_DAYS);
    Instant revokedBefore = now().minus(Duration.ofDays(RETENTION_DAYS));
    tokens()
        .filter(token -> token.revokedAt().filter(revokedBefore::isAfter).isPresent())
        .toList()
        .forEach(this::forget);
    groups()
        .filter(group -> group.markedForDeletionOn().filter(limit::isAfter).isPresent())
        .toList()
        .forEach(this::delete);
    changes.clear();
  }

  private void delete(Group group) {
    String below = group.fullPath() + "/";
    groups()
        .filter(each -> each.id() == group.id() || each.fullPath().startsWith(below))
        .toList()
        .forEach(
            each -> {
              tokensOf(each.id()).toList().forEach(this::forget);
              groups.remove(each.id());
              groupIdByPath.remove(key(each.fullPath()));
              members.remove(each.id());
            });
  }

  private void forget(Token token) {
    tokens.remove(token.id());
    tokenIdByValue.remove(token.value());
    boolean lastOfBot = tokens().noneMatch(other -> other.userId() == token.userId());
    if (lastOfBot && user(token.userId()).filter(User::isBot).isPresent()) {
      users.remove(token.userId());
      token.groupId().ifPresent(id -> removeMember(id, token.userId()));
    }
  }

  private void changed(String what, Group group) {
    changes.add(new WorldChange(what, group.id(), group.fullPath()));
  }

  private String key(String path) {
    return is(Switch.CASE_MATTERS) ? path : path.toLowerCase(Locale.ROOT);
  }
}
