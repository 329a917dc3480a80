package tech.kyotu.groundwork.gitlab.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who gets into a group, and how.
 *
 * @param members levels of the direct members by user id
 * @param shares the most that members of other groups get, by the id of their group
 * @param links levels for groups of an identity provider
 * @param deployTokens logins without a user
 */
record Grants(
    Map<Long, Integer> members,
    Map<Long, Integer> shares,
    List<IdentityLink> links,
    List<DeployToken> deployTokens) {
  static final Grants NONE = new Grants(Map.of(), Map.of(), List.of(), List.of());

  Grants withMember(long userId, int level) {
    return new Grants(with(members, userId, level), shares, links, deployTokens);
  }

  Grants withoutMember(long userId) {
    return new Grants(without(members, userId), shares, links, deployTokens);
  }

  Grants withShare(long groupId, int level) {
    return new Grants(members, with(shares, groupId, level), links, deployTokens);
  }

  Grants withoutShare(long groupId) {
    return new Grants(members, without(shares, groupId), links, deployTokens);
  }

  Grants withLink(IdentityLink link) {
    return new Grants(members, shares, with(links, link), deployTokens);
  }

  Grants withoutLink(IdentityLink link) {
    return new Grants(members, shares, without(links, link), deployTokens);
  }

  Grants withDeployToken(DeployToken token) {
    return new Grants(members, shares, links, with(deployTokens, token));
  }

  Grants withoutDeployToken(DeployToken token) {
    return new Grants(members, shares, links, without(deployTokens, token));
  }

  private static Map<Long, Integer> with(Map<Long, Integer> levels, long id, int level) {
    Map<Long, Integer> changed = new TreeMap<>(levels);
    changed.put(id, level);
    return changed;
  }

  private static Map<Long, Integer> without(Map<Long, Integer> levels, long id) {
    Map<Long, Integer> changed = new TreeMap<>(levels);
    changed.remove(id);
    return changed;
  }

  private static <T> List<T> with(List<T> all, T one) {
    List<T> changed = new ArrayList<>(all);
    changed.add(one);
    return List.copyOf(changed);
  }

  private static <T> List<T> without(List<T> all, T one) {
    return all.stream().filter(each -> !each.equals(one)).toList();
  }
}
