package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the server has stored, with its indexes and without rules. All values are immutable, so a
 * copy is shallow.
 */
final class Records {
  final Map<Long, User> users;
  final Map<Long, Group> groups;

  /** By full path in lower case: a path is unique without regard to case. */
  final Map<String, Long> groupIdByPath;

  final Set<String> formerPaths;
  final Map<Long, Token> tokens;
  final Map<String, Long> tokenIdByValue;
  final Set<String> images;

  Records() {
    users = new TreeMap<>();
    groups = new TreeMap<>();
    groupIdByPath = new HashMap<>();
    formerPaths = new HashSet<>();
    tokens = new TreeMap<>();
    tokenIdByValue = new HashMap<>();
    images = new TreeSet<>();
  }

  private Records(Records from) {
    users = new TreeMap<>(from.users);
    groups = new TreeMap<>(from.groups);
    groupIdByPath = new HashMap<>(from.groupIdByPath);
    formerPaths = new HashSet<>(from.formerPaths);
    tokens = new TreeMap<>(from.tokens);
    tokenIdByValue = new HashMap<>(from.tokenIdByValue);
    images = new TreeSet<>(from.images);
  }

  Records copy() {
    return new Records(this);
  }

  static String key(String path) {
    return path.toLowerCase(Locale.ROOT);
  }

  Stream<Token> tokensOf(long groupId) {
    return tokens.values().stream().filter(token -> token.isOf(groupId));
  }

  /** Takes out groups that were marked before that day and tokens revoked before that time. */
  void forgetOlderThan(LocalDate marked, Instant revoked) {
    tokens.values().stream()
        .filter(token -> token.revokedAt().filter(revoked::isAfter).isPresent())
        .toList()
        .forEach(this::forget);
    groups.values().stream()
        .filter(group -> group.markedForDeletionOn().filter(marked::isAfter).isPresent())
        .toList()
        .forEach(this::delete);
  }

  /** Takes out a group, the groups below it, and all their tokens and bots. */
  private void delete(Group group) {
    String below = group.fullPath() + "/";
    groups.values().stream()
        .filter(each -> each.id() == group.id() || each.fullPath().startsWith(below))
        .toList()
        .forEach(
            each -> {
              tokensOf(each.id()).toList().forEach(this::forget);
              groups.remove(each.id());
              groupIdByPath.remove(key(each.fullPath()));
            });
  }

  /** Takes out a token, and its bot if it was the bot's last one. */
  void forget(Token token) {
    tokens.remove(token.id());
    tokenIdByValue.remove(token.value());
    boolean isLast = tokens.values().stream().noneMatch(each -> each.userId() == token.userId());
    if (isLast && token.groupId().isPresent()) {
      users.remove(token.userId());
      groups.computeIfPresent(
          token.groupId().get(),
          (id, group) -> group.with(group.grants().withoutMember(token.userId())));
    }
  }
}
