package tech.kyotu.groundwork.gitops;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.ProjectRef;

/** The mark of ownership at the head of our files, a comment. */
final class FileMark {

  private static final Pattern MARK =
      Pattern.compile("# groundwork: owner=([a-z0-9.-]+)/([a-z0-9.-]+) uid=([A-Za-z0-9-]{1,64})");

  private FileMark() {}

  /** The comments that a file of this owner starts with. */
  static String header(OwnerMark owner) {
    String mark = "# groundwork: owner=" + owner.owner() + " uid=" + owner.uid();
    if (!MARK.matcher(mark).matches()) {
      throw new IllegalStateException("the name or UID of a Project has an impossible form");
    }
    return "# Written by Groundwork for the Project below. Changes made here are overwritten.\n"
        + mark
        + "\n";
  }

  /** The mark in the comments at the head of a file; empty if it bears none. */
  static Optional<OwnerMark> of(byte[] content) {
    for (String line : new String(content, StandardCharsets.UTF_8).lines().toList()) {
      if (!line.startsWith("#")) {
        return Optional.empty();
      }
      Matcher mark = MARK.matcher(line.strip());
      if (mark.matches()) {
        return Optional.of(
            new OwnerMark(mark.group(3), new ProjectRef(mark.group(1), mark.group(2))));
      }
    }
    return Optional.empty();
  }
}
