package tech.kyotu.groundwork.testing;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.vault.Vault;

/**
 * A Vault in memory. Every call is a fault point named {@code vault.<method> <name>}; what a test
 * does itself is none.
 */
public final class FakeVault implements Vault {
  private final FaultPoints faults;
  private final Map<String, String> policies = new TreeMap<>();
  private final Map<String, Group> groups = new TreeMap<>();
  private final Map<String, String> mailOfAlias = new TreeMap<>();
  private final Map<String, Role> roles = new TreeMap<>();
  private final Map<String, Map<String, String>> owners = new TreeMap<>();
  private final Set<String> secrets = new TreeSet<>();
  private Optional<Integer> version = Optional.of(2);
  private int made;

  /** An empty Vault. */
  public FakeVault() {
    this(new FaultPoints());
  }

  /** An empty Vault whose calls are fault points among others. */
  public FakeVault(FaultPoints faults) {
    this.faults = faults;
  }

  /** The calls so far and the faults to come. */
  public FaultPoints faults() {
    return faults;
  }

  /** A team keeps a secret, for example {@code shop-dev/db/password}. */
  public synchronized FakeVault withSecret(String path) {
    secrets.add(path);
    return this;
  }

  /** All secrets, in order. */
  public synchronized List<String> secretsAtRest() {
    return List.copyOf(secrets);
  }

  /** What the key/value engine says of its version; empty if we may not read it. */
  public synchronized void setKeyValueVersion(Optional<Integer> newVersion) {
    version = newVersion;
  }

  /** Somebody makes a group for a mail address, as an administrator would by hand. */
  public synchronized FakeVault withExternalGroup(String name, String mail, String... given) {
    put(name, true, Set.of(given), Set.of(), Map.of(), Optional.of(aliasFor(mail)));
    return this;
  }

  /** Somebody gives a policy to a group that is there, by hand. */
  public synchronized FakeVault withPolicyByHand(String group, String policy) {
    Group found = groups.get(group);
    put(
        group,
        found.external(),
        Set.of(policy),
        found.members(),
        found.metadata(),
        found.aliasId());
    return this;
  }

  /** Somebody makes or changes an internal group by hand. */
  public synchronized FakeVault withGroup(
      String name, Set<String> given, Set<String> members, Map<String, String> metadata) {
    put(name, false, given, members, metadata, Optional.empty());
    return this;
  }

  /** Everything that gives or names a right, for comparisons. */
  public synchronized Map<String, Object> atRest() {
    Map<String, Object> all = new TreeMap<>();
    policies.forEach((name, text) -> all.put("policy " + name, text));
    groups.forEach((name, group) -> all.put("group " + name, group));
    roles.forEach((name, role) -> all.put("role " + name, role));
    owners.forEach((name, mark) -> all.put("owner " + name, mark));
    return all;
  }

  @Override
  public Optional<String> policy(String name) throws StepException {
    return call("policy " + name, () -> Optional.ofNullable(policies.get(name)));
  }

  @Override
  public void writePolicy(String name, String text) throws StepException {
    call("writePolicy " + name, () -> policies.put(name, text));
  }

  @Override
  public void deletePolicy(String name) throws StepException {
    call("deletePolicy " + name, () -> policies.remove(name));
  }

  /** What a crash between a group and its alias leaves. */
  public synchronized FakeVault withGroupThatLacksItsAlias(String mail) {
    put(
        "groundwork-" + mail,
        true,
        Set.of(),
        Set.of(),
        Map.of("managed-by", "groundwork"),
        Optional.empty());
    return this;
  }

  @Override
  public Optional<Group> group(String name) throws StepException {
    return call("group " + name, () -> Optional.ofNullable(groups.get(name)));
  }

  @Override
  public void writeGroup(
      String name, Set<String> given, Set<String> members, Map<String, String> metadata)
      throws StepException {
    call(
        "writeGroup " + name,
        () -> {
          if (groups.containsKey(name) && groups.get(name).external()) {
            throw new RejectedException(
                Reason.PREREQUISITE_MISSING, "a group cannot change its type");
          }
          for (String member : members) {
            if (!isThere(member)) {
              // As Vault 1.13 does, with a 500.
              throw RetryableException.outcomeUnknown(
                  Reason.REMOTE_UNAVAILABLE, "no group of id " + member);
            }
          }
          return put(name, false, given, members, metadata, Optional.empty());
        });
  }

  @Override
  public void deleteGroup(String name) throws StepException {
    call("deleteGroup " + name, () -> remove(name));
  }

  @Override
  public boolean hasGroup(String id) throws StepException {
    return call("hasGroup " + id, () -> isThere(id));
  }

  @Override
  public Optional<Group> externalGroup(String mail) throws StepException {
    return call("externalGroup " + mail, () -> aliased(mail));
  }

  @Override
  public String createExternalGroup(String mail) throws StepException {
    String name = "groundwork-" + mail;
    return call(
        "createExternalGroup " + name,
        () ->
            aliased(mail)
                .orElseGet(
                    () ->
                        put(
                            name,
                            true,
                            Set.of(),
                            Set.of(),
                            Map.of("managed-by", "groundwork"),
                            Optional.of(aliasFor(mail))))
                .id());
  }

  @Override
  public void deleteExternalGroup(Group group) throws StepException {
    call("deleteExternalGroup " + group.name(), () -> remove(group.name()));
  }

  @Override
  public Optional<Role> role(String name) throws StepException {
    return call("role " + name, () -> Optional.ofNullable(roles.get(name)));
  }

  @Override
  public void writeRole(String name, Role role) throws StepException {
    call("writeRole " + name, () -> roles.put(name, role));
  }

  @Override
  public void deleteRole(String name) throws StepException {
    call("deleteRole " + name, () -> roles.remove(name));
  }

  @Override
  public Optional<Map<String, String>> owner(String project) throws StepException {
    return call("owner " + project, () -> Optional.ofNullable(owners.get(project)));
  }

  @Override
  public void writeOwner(String project, Map<String, String> mark) throws StepException {
    call("writeOwner " + project, () -> owners.put(project, Map.copyOf(mark)));
  }

  @Override
  public void deleteOwner(String project) throws StepException {
    call("deleteOwner " + project, () -> owners.remove(project));
  }

  @Override
  public List<String> list(String folder) throws StepException {
    String prefix = folder + "/";
    return call(
        "list " + folder,
        () ->
            Stream.concat(
                    secrets.stream(), owners.keySet().stream().map("groundwork/owners/"::concat))
                .filter(secret -> secret.startsWith(prefix))
                .map(secret -> secret.substring(prefix.length()).replaceFirst("/.*", "/"))
                .distinct()
                .toList());
  }

  @Override
  public Set<String> policies() throws StepException {
    return call("policies", () -> Set.copyOf(policies.keySet()));
  }

  @Override
  public Set<String> groups() throws StepException {
    return call("groups", () -> Set.copyOf(groups.keySet()));
  }

  @Override
  public Set<String> roles() throws StepException {
    return call("roles", () -> Set.copyOf(roles.keySet()));
  }

  @Override
  public void destroy(String secret) throws StepException {
    call("destroy " + secret, () -> secrets.remove(secret));
  }

  @Override
  public Optional<Integer> keyValueVersion() throws StepException {
    return call("keyValueVersion", () -> version);
  }

  private Optional<Group> aliased(String mail) {
    return groups.values().stream()
        .filter(group -> group.aliasId().map(mailOfAlias::get).filter(mail::equals).isPresent())
        .findFirst();
  }

  private String aliasFor(String mail) {
    made++;
    String id = "alias-" + made;
    mailOfAlias.put(id, mail);
    return id;
  }

  private Group put(
      String name,
      boolean external,
      Set<String> given,
      Set<String> members,
      Map<String, String> metadata,
      Optional<String> alias) {
    Group before = groups.get(name);
    made++;
    String id = before == null ? "group-" + made : before.id();
    Set<String> parents = before == null ? Set.of() : before.parents();
    Group group = new Group(id, name, external, given, members, parents, metadata, alias);
    groups.put(name, group);
    tellMembers();
    return group;
  }

  private Optional<Group> remove(String name) {
    // As in Vault 1.13, its members go on naming it as a parent.
    return Optional.ofNullable(groups.remove(name));
  }

  private boolean isThere(String id) {
    return groups.values().stream().anyMatch(group -> group.id().equals(id));
  }

  /** Membership is told at both ends. */
  private void tellMembers() {
    Map<String, Set<String>> parentsOf = new HashMap<>();
    for (Group parent : groups.values()) {
      for (String member : parent.members()) {
        parentsOf.computeIfAbsent(member, key -> new HashSet<>()).add(parent.id());
      }
    }
    groups
        .values()
        .forEach(
            group ->
                group.parents().stream()
                    .filter(parent -> !isThere(parent))
                    .forEach(
                        gone ->
                            parentsOf
                                .computeIfAbsent(group.id(), key -> new HashSet<>())
                                .add(gone)));
    groups.replaceAll(
        (name, group) ->
            new Group(
                group.id(),
                group.name(),
                group.external(),
                group.policies(),
                group.members(),
                parentsOf.getOrDefault(group.id(), Set.of()),
                group.metadata(),
                group.aliasId()));
  }

  private interface Body<T> {
    T run() throws StepException;
  }

  private synchronized <T> T call(String what, Body<T> body) throws StepException {
    String named = "vault." + what;
    faults.before(named);
    T answer = body.run();
    faults.after(named);
    return answer;
  }
}
