package tech.kyotu.groundwork.gitops.shared;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Shared files as people write them: comments, odd order, keys of others, anchors elsewhere, either
 * kind of line end. Each line that is not ours bears a number, such as {@code f17}.
 */
final class RandomFile {

  private final Random random;
  private int number;

  RandomFile(Random random) {
    this.random = random;
  }

  String vaultValues() {
    String anchors = "common%s: &c%s {x: [%s, \uD83D\uDE00]}\n".formatted(f(), number, f());
    List<String> lists = new ArrayList<>(List.of(policies(), groups(), aliases()));
    lists.add("    auth: # %s\n      - type: kubernetes # %s\n".formatted(f(), f()));
    if (random.nextInt(4) == 0) {
      lists.remove(2);
    }
    Collections.shuffle(lists, random);
    String text =
        anchors
            + "vault: # %s\n".formatted(f())
            + "  server: {again: *c%s} # %s\n".formatted(number(anchors), f())
            + "  externalConfig: # %s\n".formatted(f())
            + lists.stream().map(list -> comments() + list).collect(Collectors.joining())
            + "  late: |+ # %s\n    %s\n".formatted(f(), f());
    return finished(text);
  }

  String argoPolicy() {
    StringBuilder lines = new StringBuilder();
    for (int i = random.nextInt(5); i >= 0; i--) {
      lines.append(
          random.nextInt(3) == 0 ? "# " + f() + "  " : "g, %s@x, role:admin".formatted(f()));
      lines.append("\n").append(random.nextInt(4) == 0 ? "\n" : "");
    }
    String indent = " ".repeat(3 + random.nextInt(4));
    String policy =
        "  policy.csv: |%s # %s\n".formatted(random.nextBoolean() ? "" : "-", f())
            + lines
                .toString()
                .lines()
                .map(l -> l.isEmpty() ? "\n" : indent + l + "\n")
                .collect(Collectors.joining());
    String scopes = "  scopes: '[groups]' # %s\n".formatted(f());
    boolean isLast = random.nextBoolean();
    String text =
        "kind: ConfigMap # %s\n---\nmetadata: &m {name: %s}\nagain%s: *m\ndata: # %s\n"
                .formatted(f(), f(), f(), f())
            + (isLast ? scopes + policy : policy + comments() + scopes);
    return finished(text);
  }

  private String f() {
    number++;
    return "f" + number;
  }

  private static String number(String anchors) {
    return anchors.replaceAll("(?s).*&c([0-9]+).*", "$1");
  }

  private String comments() {
    return switch (random.nextInt(4)) {
      case 0 -> "\n";
      case 1 -> "    # " + f() + "\n";
      case 2 -> "      # " + f() + "\n\n";
      default -> "";
    };
  }

  private String list(String name, List<String> entries) {
    String comment = random.nextBoolean() ? " # " + f() : "";
    if (entries.isEmpty()) {
      return "    " + name + ":" + (random.nextBoolean() ? " []" : "") + comment + "\n";
    }
    String indent = random.nextBoolean() ? "    " : "      ";
    return "    %s:%s\n".formatted(name, comment)
        + String.join("", entries)
            .lines()
            .map(l -> l.isEmpty() ? "\n" : indent + l + "\n")
            .collect(Collectors.joining());
  }

  private String policies() {
    List<String> entries = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      entries.add(
          random.nextBoolean()
              ? "- {rules: '%s', name: %s}\n".formatted(f(), f())
              : "# %s\n-   name: %s\n    rules: |2 # %s\n        %s\n\n"
                  .formatted(f(), f(), f(), f()));
    }
    return list("policies", entries);
  }

  private String groups() {
    List<String> entries = new ArrayList<>();
    for (String crew : List.of("zz-a@x", f())) {
      switch (random.nextInt(4)) {
        case 0 -> entries.add("- name: %s # %s\n  type: external # %s\n".formatted(crew, f(), f()));
        case 1 ->
            entries.add(
                "-\n  policies: [%s] # %s\n  name: %s # %s\n".formatted(f(), f(), crew, f()));
        case 2 ->
            entries.add(
                "- name: %s # %s\n  policies: # %s\n  - %s\n  # %s\n  - \"%s\"\n"
                    .formatted(crew, f(), f(), f(), f(), f()));
        default -> entries.add("- {name: %s, policies: []} # %s\n".formatted(crew, f()));
      }
    }
    return list("groups", entries);
  }

  private String aliases() {
    return list(
        "group-aliases",
        random.nextBoolean()
            ? List.of()
            : List.of(
                "- {name: zz-a@x, mountpath: oidc, group: zz-a@x} # %s\n".formatted(f()),
                "- name: %s\n  mountpath: oidc # %s\n".formatted(f(), f())));
  }

  private String finished(String text) {
    String trimmed = random.nextInt(3) == 0 ? text.stripTrailing() : text;
    return random.nextBoolean() ? trimmed : trimmed.replace("\n", "\r\n");
  }
}
