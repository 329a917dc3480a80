package tech.kyotu.groundwork.gitops;

import java.util.List;

/** The message of our commits: one subject, and trailers that say whose files were touched. */
final class CommitMessage {

  private static final int MOST_PROJECTS = 100;

  private CommitMessage() {}

  /**
   * The whole message.
   *
   * @param edits the edits that changed something, at least one
   * @param version the operator's own version
   * @return printable ASCII with line breaks, at most 16 KiB
   */
  static String of(List<Edit> edits, String version) {
    StringBuilder text = new StringBuilder("Groundwork: ").append(subject(edits)).append("\n\n");
    for (Edit edit : edits.subList(0, Math.min(edits.size(), MOST_PROJECTS))) {
      text.append("Project: ").append(edit.project()).append('\n');
      text.append("Project-UID: ").append(plain(edit.owner().uid())).append('\n');
    }
    if (edits.size() > MOST_PROJECTS) {
      text.append("Groundwork-More: ").append(edits.size() - MOST_PROJECTS).append('\n');
    }
    return text.append(GitRepository.OWN_TRAILER).append(plain(version)).append('\n').toString();
  }

  private static String subject(List<Edit> edits) {
    if (edits.size() > 1) {
      return edits.size() + " projects";
    }
    Edit edit = edits.get(0);
    return edit.purpose().words() + " " + edit.project();
  }

  private static String plain(String value) {
    String ascii = value.replaceAll("[^\\x21-\\x7e]", "");
    return ascii.length() <= 64 ? ascii : ascii.substring(0, 64);
  }
}
