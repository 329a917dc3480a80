package tech.kyotu.groundwork.vault;

import java.util.ArrayList;
import java.util.List;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.config.GroundworkConfig;

/**
 * The text of a Project's two policies. The slash before each star keeps {@code a-dev} out of
 * {@code a-dev2}; the parent of the folder is never given, because its list would tell the names of
 * all Projects.
 */
final class PolicyText {

  private final GroundworkConfig.Vault settings;
  private final String key;
  private final List<String> lines = new ArrayList<>();

  private PolicyText(GroundworkConfig.Vault settings, String key, OwnerMark mark) {
    this.settings = settings;
    this.key = key;
    lines.add(Marks.firstLine(mark));
  }

  /** What people of the Google group may do. */
  static String ofPeople(
      GroundworkConfig.Vault settings, VaultNames names, EnvironmentType type, OwnerMark mark) {
    PolicyText text = new PolicyText(settings, names.key(), mark);
    if (settings.kvVersion() == 1) {
      return text.give("", "/*", "create, read, update, delete, list").done();
    }
    boolean destroys = settings.destroyEnvironments().contains(type);
    text.give("data/", "/*", "create, read, update, patch, delete")
        .give("metadata/", "/*", destroys ? "read, list, delete" : "read, list")
        .giveTheList()
        .give("delete/", "/*", "update")
        .give("undelete/", "/*", "update");
    return destroys ? text.give("destroy/", "/*", "update").done() : text.done();
  }

  /** What pods of the namespace may do. */
  static String ofPods(GroundworkConfig.Vault settings, VaultNames names, OwnerMark mark) {
    PolicyText text = new PolicyText(settings, names.key(), mark);
    if (settings.kvVersion() == 1) {
      return text.give("", "/*", settings.podsWrite() ? "create, read, update, list" : "read, list")
          .done();
    }
    return text.give("data/", "/*", settings.podsWrite() ? "create, read, update, patch" : "read")
        .give("metadata/", "/*", "read, list")
        .giveTheList()
        .done();
  }

  /** Whether two texts say the same, whatever their white space. */
  static boolean isSame(String one, String other) {
    return normalised(one).equals(normalised(other));
  }

  private static String normalised(String text) {
    // The mark must stay a line of its own: on one line with a rule it would comment the rule out.
    return text.lines()
        .map(line -> line.strip().replaceAll("\\s+", " "))
        .filter(line -> !line.isEmpty())
        .reduce("", (before, line) -> before + line + "\n");
  }

  /** Vault asks for the right on the folder with and without the slash, by how it was listed. */
  private PolicyText giveTheList() {
    return give("metadata/", "", "list").give("metadata/", "/", "list");
  }

  private PolicyText give(String part, String end, String capabilities) {
    lines.add("path \"" + settings.mount() + "/" + part + key + end + "\" {");
    lines.add("  capabilities = [\"" + capabilities.replace(", ", "\", \"") + "\"]");
    lines.add("}");
    return this;
  }

  private String done() {
    return String.join("\n", lines) + "\n";
  }
}
