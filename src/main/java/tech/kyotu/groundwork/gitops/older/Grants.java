package tech.kyotu.groundwork.gitops.older;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which groups have which role or policy, by one of the shared files.
 *
 * @param file its path below the repository
 * @param byName by the role's or policy's name: the groups, each with the line that says so first
 * @param lines where each role or policy is defined
 */
record Grants(String file, Map<String, Map<String, Integer>> byName, Map<String, Integer> lines) {

  static Grants none(String file) {
    return new Grants(file, new TreeMap<>(), new TreeMap<>());
  }

  void define(String name, int line) {
    lines.putIfAbsent(name, line);
  }

  void give(String name, String group, int line) {
    byName.computeIfAbsent(name, it -> new LinkedHashMap<>()).putIfAbsent(group, line);
  }

  /** The groups of a role or policy, in the order of the file. */
  List<String> groups(String name) {
    return List.copyOf(byName.getOrDefault(name, Map.of()).keySet());
  }

  /** Where a role or policy is first named, as {@code file:line}. */
  String place(String name) {
    int given =
        byName.getOrDefault(name, Map.of()).values().stream().min(Integer::compare).orElse(0);
    return file + ":" + lines.getOrDefault(name, given);
  }
}
