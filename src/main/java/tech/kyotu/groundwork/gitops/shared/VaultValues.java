package tech.kyotu.groundwork.gitops.shared;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import tech.kyotu.groundwork.gitops.shared.VaultRight.People;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * The values from which bank-vaults configures Vault: below {@code vault.externalConfig} the
 * policies, the groups that have them, and the aliases by which a login finds its groups.
 *
 * <p>Ours are the policies of our names, wherever they stand, and nothing else. A group that we
 * empty stays, with an empty list: the configurer would leave the last list in Vault if the entry
 * vanished.
 */
public final class VaultValues implements SharedText<VaultRight> {

  private final YamlText text;
  private final String mount;
  private final Set<String> privileged;

  private VaultValues(YamlText text, String mount) {
    this.text = text;
    this.mount = mount;
    this.privileged = privileged(text);
  }

  /**
   * Reads the file.
   *
   * @param file its path, for messages
   * @param content as it is
   * @param mount the auth method by which people log in
   * @throws RejectedException {@code UnreadableFile} if it is not safe to edit
   */
  public static VaultValues read(String file, byte[] content, String mount)
      throws RejectedException {
    return new VaultValues(YamlText.read(file, content), mount);
  }

  /**
   * Refuses a group that people marked as privileged: no right of ours is put into it.
   *
   * @throws RejectedException {@code OwnershipConflict}
   */
  public void refusePrivileged(String group) throws RejectedException {
    if (privileged.contains(group)) {
      throw new RejectedException(
          Reason.OWNERSHIP_CONFLICT,
          "Group %s is marked as privileged in %s. Name another group, or remove the mark."
              .formatted(group, text.file()));
    }
  }

  private static Set<String> privileged(YamlText text) {
    Set<String> names = new HashSet<>();
    config(text).stream()
        .flatMap(config -> new ListEdit(text, config, "groups").items().stream())
        .filter(VaultValues::isPrivileged)
        .forEach(entry -> YamlGraph.text(entry, "name").ifPresent(names::add));
    return names;
  }

  private static boolean isPrivileged(Node group) {
    return YamlGraph.at(group, "metadata", "privileged")
        .filter(mark -> !(mark instanceof ScalarNode flag && flag.getValue().equals("false")))
        .isPresent();
  }

  /** Rights of privileged groups stay as they are, so that one such group holds nobody else up. */
  @Override
  public Optional<byte[]> with(Collection<VaultRight> rights) throws RejectedException {
    List<VaultRight> ours =
        rights.stream()
            .filter(right -> !privileged.contains(right.people().map(People::group).orElse("")))
            .toList();
    return CarefulEdit.of(text, newer -> splices(newer, ours));
  }

  private static Optional<Node> config(YamlText text) {
    return text.documents().size() == 1
        ? YamlGraph.at(text.documents().get(0), "vault", "externalConfig")
            .filter(MappingNode.class::isInstance)
        : Optional.empty();
  }

  private List<Splice> splices(YamlText newer, Collection<VaultRight> rights)
      throws RejectedException {
    Optional<Node> config = config(newer);
    if (config.isEmpty()) {
      if (rights.stream().noneMatch(right -> right.people().isPresent())) {
        return List.of();
      }
      throw newer.unreadable(0, "it has no mapping vault.externalConfig of its own");
    }
    Map<String, Optional<People>> wanted = new LinkedHashMap<>();
    rights.forEach(right -> wanted.put(right.policy(), right.people()));
    List<ListEdit> edits = new ArrayList<>();
    ListEdit groups = new ListEdit(newer, config.get(), "groups");
    edits.addAll(members(newer, groups, wanted));
    List<ListEdit> lists =
        List.of(
            policies(new ListEdit(newer, config.get(), "policies"), wanted),
            groups,
            aliases(new ListEdit(newer, config.get(), "group-aliases"), wanted));
    // What is new at the end of the whole mapping comes after what is new at the end of its last
    // list.
    lists.stream().filter(list -> !list.isAbsent()).forEach(edits::add);
    lists.stream().filter(ListEdit::isAbsent).forEach(edits::add);
    List<Splice> splices = new ArrayList<>();
    for (ListEdit edit : edits) {
      splices.addAll(edit.splices());
    }
    return splices;
  }

  private static ListEdit policies(ListEdit list, Map<String, Optional<People>> wanted) {
    Map<String, String> missing = new LinkedHashMap<>();
    wanted.forEach((name, people) -> people.ifPresent(who -> missing.put(name, who.rules())));
    for (Node item : list.items()) {
      String name = YamlGraph.text(item, "name").orElse("");
      if (!wanted.containsKey(name)) {
        continue;
      }
      String rules = missing.remove(name);
      if (rules == null) {
        list.remove(item);
      } else if (!Entries.says(item, Map.of("name", name, "rules", rules))) {
        list.replace(item, policy(name, rules));
      }
    }
    missing.forEach((name, rules) -> list.add(policy(name, rules)));
    return list;
  }

  private static Node policy(String name, String rules) {
    return Entries.mapping("name", Entries.quoted(name), "rules", Entries.block(rules));
  }

  /** Our policies in the lists of the groups that are there; those that are not are added. */
  private static List<ListEdit> members(
      YamlText newer, ListEdit groups, Map<String, Optional<People>> wanted) {
    Map<String, Set<String>> missing = new LinkedHashMap<>();
    wanted.forEach(
        (policy, people) ->
            people.ifPresent(
                given ->
                    missing
                        .computeIfAbsent(given.group(), g -> new LinkedHashSet<>())
                        .add(policy)));
    List<ListEdit> edits = new ArrayList<>();
    for (Node item : groups.items()) {
      Set<String> here =
          YamlGraph.text(item, "name").map(missing::remove).orElseGet(LinkedHashSet::new);
      ListEdit policies = new ListEdit(newer, item, "policies");
      for (Node member : policies.items()) {
        String policy = YamlGraph.text(member).orElse("");
        if (wanted.containsKey(policy) && !here.remove(policy)) {
          policies.remove(member);
        }
      }
      here.forEach(policy -> policies.add(Entries.quoted(policy)));
      edits.add(policies);
    }
    missing.forEach(
        (group, policies) ->
            groups.add(
                Entries.mapping(
                    "name",
                    Entries.quoted(group),
                    "policies",
                    Entries.list(policies.stream().map(Entries::quoted).toArray(Node[]::new)),
                    "type",
                    Entries.quoted("external"))));
    return edits;
  }

  private ListEdit aliases(ListEdit list, Map<String, Optional<People>> wanted) {
    Set<String> missing = new LinkedHashSet<>();
    wanted.values().stream()
        .flatMap(Optional::stream)
        .forEach(people -> missing.add(people.group()));
    Set<String> found = new HashSet<>();
    for (Node item : list.items()) {
      String group = YamlGraph.text(item, "name").orElse("");
      boolean isHere = YamlGraph.text(item, "mountpath").equals(Optional.of(mount));
      if (!isHere || !(missing.contains(group) || found.contains(group))) {
        continue;
      }
      if (missing.remove(group)) {
        found.add(group);
      } else if (Entries.says(item, Map.of("name", group, "mountpath", mount, "group", group))) {
        list.remove(item);
      }
    }
    missing.forEach(
        group ->
            list.add(
                Entries.mapping(
                    "name",
                    Entries.quoted(group),
                    "mountpath",
                    Entries.quoted(mount),
                    "group",
                    Entries.quoted(group))));
    return list;
  }
}
