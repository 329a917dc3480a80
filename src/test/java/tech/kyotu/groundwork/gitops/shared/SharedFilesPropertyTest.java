package tech.kyotu.groundwork.gitops.shared;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * Two hundred random edits of files that people write into too. After each one every line that is
 * not ours is there byte for byte and in its order, the file says what it should, and the same edit
 * finds nothing more to do.
 */
class SharedFilesPropertyTest {

  private static final int EDITS = 200;
  private static final List<String> GROUPS = List.of("zz-a@x", "zz-b@x", "zz-c@x");

  /** Lines of our entries that say nothing of a Project. */
  private static final Set<String> FRAMES =
      Set.of(
          "rules: |",
          "policies:",
          "groups:",
          "group-aliases:",
          "policies: []",
          "groups: []",
          "group-aliases: []",
          "type: 'external'",
          "mountpath: 'oidc'",
          "-",
          "---",
          "");

  private final long seed = Long.getLong("seed", new Random().nextLong());
  private final Random random = new Random(seed);

  /** Our Projects; empty: in deletion. */
  private final Map<String, Optional<String>> projects = new TreeMap<>();

  private String vault = "";
  private String argo = "";

  @Test
  void touchesOnlyOurLinesWhateverTheFileLooksLike() throws Exception {
    System.out.println("seed of this run, to be repeated with -Dseed: " + seed);
    for (int edit = 0; edit < EDITS; edit++) {
      if (edit % 10 == 0) {
        newFiles();
      }
      somethingHappens();
      String vaultBefore = vault;
      String argoBefore = argo;
      try {
        vault = edited(vault, text -> values(text).with(rights()));
        argo = edited(argo, text -> policy(text).with(roles()));
        onlyOursDiffers(vaultBefore, vault);
        onlyOursDiffers(argoBefore, argo);
        vaultSaysWhatItShould();
        argoSaysWhatItShould();
      } catch (AssertionError | RejectedException e) {
        throw new AssertionError(
            "seed %d, edit %d, %s%n%s%n%s".formatted(seed, edit, projects, vaultBefore, argoBefore),
            e);
      }
    }
  }

  private void newFiles() {
    projects.clear();
    RandomFile file = new RandomFile(random);
    vault = file.vaultValues();
    argo = file.argoPolicy();
  }

  private void somethingHappens() {
    String id = "zz" + random.nextInt(6);
    projects.values().removeIf(Optional::isEmpty);
    if (random.nextInt(3) > 0) {
      projects.put(id, Optional.of(GROUPS.get(random.nextInt(GROUPS.size()))));
    } else {
      projects.computeIfPresent(id, (gone, group) -> Optional.empty());
    }
    if (random.nextInt(4) == 0) {
      someoneDoublesAndReformatsOurs();
    }
  }

  /** What an older tool or a hand left: our lines twice, or in another form. */
  private void someoneDoublesAndReformatsOurs() {
    String end = argo.contains("\r\n") ? "\r\n" : "\n";
    List<String> lines = new ArrayList<>(Arrays.asList(argo.split("(?<=\n)")));
    List<String> ours = lines.stream().filter(line -> line.contains("role:zz")).toList();
    if (!ours.isEmpty()) {
      String line = ours.get(random.nextInt(ours.size()));
      String again = line.stripTrailing().replace(", ", ",") + "  " + end;
      lines.add(lines.indexOf(line), again);
      argo = String.join("", lines);
    }
    vault = vault.replaceFirst("capabilities zz\\d", "sudo zz");
    vault = vault.replaceFirst("name: 'zz(\\d)_dev_access'", "name: zz$1_dev_access");
  }

  private List<VaultRight> rights() {
    List<VaultRight> rights = new ArrayList<>();
    projects.forEach(
        (id, group) ->
            rights.add(
                new VaultRight(
                    id + "_dev_access",
                    group.map(
                        mail ->
                            new VaultRight.People(
                                mail,
                                "path %1$s {\n  capabilities %1$s\n}%1$s\n".formatted(id))))));
    return rights;
  }

  private List<ArgoRole> roles() {
    List<ArgoRole> roles = new ArrayList<>();
    projects.forEach(
        (id, group) ->
            roles.add(
                group
                    .map(mail -> ArgoRole.of(id, mail, List.of(new ArgoRole.Right("logs", "get"))))
                    .orElseGet(() -> ArgoRole.none(id))));
    return roles;
  }

  private static VaultValues values(String text) throws RejectedException {
    return VaultValues.read("rbac_values.yaml", text.getBytes(UTF_8), "oidc");
  }

  private static ArgoPolicy policy(String text) throws RejectedException {
    return ArgoPolicy.read("rbac.yaml", text.getBytes(UTF_8), Optional.empty());
  }

  private interface Editor {
    Optional<byte[]> edit(String text) throws RejectedException;
  }

  private static String edited(String text, Editor editor) throws RejectedException {
    String after = editor.edit(text).map(bytes -> new String(bytes, UTF_8)).orElse(text);
    assertThat(editor.edit(after)).as("what a second run would change").isEmpty();
    return after;
  }

  /** Lines of others, line ends included; a list of one line may hold ours beside theirs. */
  private static List<String> foreign(String text) {
    return Stream.of(text.split("(?<=\n)"))
        .filter(line -> line.matches("(?s).*f\\d.*"))
        .map(
            line ->
                line.matches("(?s).*policies:.*|.*groups:.*|.*aliases:.*")
                    ? withoutOurs(line)
                    : line)
        .toList();
  }

  private static String withoutOurs(String line) {
    return line.replaceAll("(?:, )?'zz\\d_dev_access'(?:, )?", "").replaceFirst(": \\[\\]", ":");
  }

  private static void onlyOursDiffers(String before, String after) {
    List<String> kept = foreign(before);
    List<String> found = foreign(after);
    if (!before.endsWith("\n") && !found.isEmpty()) {
      // Something of ours came behind an open last line, or went from there.
      kept = kept.stream().map(String::stripTrailing).toList();
      found = found.stream().map(String::stripTrailing).toList();
    }
    assertThat(found).isEqualTo(kept);
    assertThat(after.contains("\r\n")).isEqualTo(before.contains("\r\n"));
    assertThat(after.replace("\r\n", "").contains("\n")).isEqualTo(!before.contains("\r\n"));
    assertThat(after.split("\r?\n"))
        .allMatch(
            line -> line.matches(".*(f\\d|zz).*") || FRAMES.contains(line.strip()),
            "ours or theirs");
  }

  private void vaultSaysWhatItShould() throws IOException {
    Map<?, ?> config = map(map(new Yaml().<Map<?, ?>>load(vault)).get("vault"), "externalConfig");
    List<String> policies = names(config, "policies", "name");
    projects.forEach(
        (id, group) -> {
          String policy = id + "_dev_access";
          assertThat(policies.stream().filter(policy::equals))
              .as(policy)
              .hasSize(group.isPresent() ? 1 : 0);
          for (Object entry : list(config, "groups")) {
            boolean isIts = group.equals(Optional.of(map(entry).get("name")));
            assertThat(list(map(entry), "policies").stream().filter(policy::equals))
                .as("%s in %s", policy, entry)
                .hasSize(isIts ? 1 : 0);
          }
          group.ifPresent(mail -> assertThat(names(config, "groups", "name")).contains(mail));
          group.ifPresent(
              mail -> assertThat(names(config, "group-aliases", "name")).contains(mail));
        });
  }

  private void argoSaysWhatItShould() {
    Map<?, ?> data = Map.of();
    for (Object document : new Yaml().loadAll(argo)) {
      data = map(map(document), "data");
    }
    List<String> lines = String.valueOf(data.get("policy.csv")).lines().toList();
    for (ArgoRole role : roles()) {
      assertThat(lines.stream().filter(line -> line.contains(role.role())).toList())
          .isEqualTo(role.lines());
    }
  }

  private static List<String> names(Map<?, ?> config, String list, String key) {
    return list(config, list).stream().map(entry -> String.valueOf(map(entry).get(key))).toList();
  }

  private static List<?> list(Map<?, ?> map, String key) {
    return map.get(key) instanceof List<?> list ? list : List.of();
  }

  private static Map<?, ?> map(Object map) {
    return map instanceof Map<?, ?> found ? found : Map.of();
  }

  private static Map<?, ?> map(Object map, String key) {
    return map(map(map).get(key));
  }
}
