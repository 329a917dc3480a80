package tech.kyotu.groundwork.vault;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.ProjectRef;

/** How an owner's mark is written on things in Vault, and read back. */
final class Marks {

  static final String MANAGED_BY = "managed-by";

  /** The Google group that a Project's internal group was last given to. */
  static final String PEOPLE = "people";

  private static final String UID = "uid";
  private static final String OWNER = "owner";
  private static final String ORIGIN = "origin";

  private static final Pattern FIRST_LINE =
      Pattern.compile("# groundwork: owner=([^\\s/]*)/(\\S*) uid=(\\S+)");

  private Marks() {}

  /** The mark as metadata. */
  static Map<String, String> metadata(OwnerMark mark, Origin origin) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(MANAGED_BY, OwnerMark.GROUNDWORK);
    metadata.put(UID, mark.uid());
    metadata.put(OWNER, mark.owner().toString());
    metadata.put(ORIGIN, origin.word());
    return metadata;
  }

  /** The mark in metadata, empty if there is none. */
  static Optional<OwnerMark> of(Map<String, String> metadata) {
    String uid = metadata.getOrDefault(UID, "");
    if (uid.isEmpty()) {
      return Optional.empty();
    }
    String[] owner = metadata.getOrDefault(OWNER, "").split("/", 2);
    return Optional.of(
        new OwnerMark(
            uid, owner.length == 2 ? new ProjectRef(owner[0], owner[1]) : new ProjectRef("", "")));
  }

  /** How the thing came to its owner; what does not say was made by us. */
  static Origin origin(Map<String, String> metadata) {
    return Origin.of(metadata.getOrDefault(ORIGIN, "")).orElse(Origin.CREATED);
  }

  /** The mark as the first line of a policy. */
  static String firstLine(OwnerMark mark) {
    return "# groundwork: owner=" + mark.owner() + " uid=" + mark.uid();
  }

  /** The mark in a policy's first line, empty if there is none. */
  static Optional<OwnerMark> ofPolicy(String text) {
    Matcher matcher = FIRST_LINE.matcher(text.lines().findFirst().orElse("").strip());
    return matcher.matches()
        ? Optional.of(
            new OwnerMark(matcher.group(3), new ProjectRef(matcher.group(1), matcher.group(2))))
        : Optional.empty();
  }
}
