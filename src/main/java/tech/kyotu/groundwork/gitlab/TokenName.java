package tech.kyotu.groundwork.gitlab;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name that a pull token bears in GitLab, which is also its owner mark. It is read as a whole
 * and never searched for: GitLab's search is fuzzy and names are not unique.
 *
 * @param clusterId tells clusters that share a GitLab apart; a DNS label
 * @param projectUid UID of the owning Project
 * @param sequence counts the tokens of a Project
 * @param nonce 16 hex digits, new for each attempt
 */
record TokenName(String clusterId, String projectUid, long sequence, String nonce) {

  private static final Pattern FORM =
      Pattern.compile(
          "groundwork_([a-z0-9-]{1,63})_([A-Za-z0-9-]{1,64})_([0-9]{1,15})_([0-9a-f]{16})");
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Reads a name; empty if it is not one of Groundwork's. */
  static Optional<TokenName> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new TokenName(
                matcher.group(1),
                matcher.group(2),
                Long.parseLong(matcher.group(3)),
                matcher.group(4)))
        : Optional.empty();
  }

  /** A nonce that nobody used before. */
  static String freshNonce() {
    byte[] bytes = new byte[8];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Whether this is a token of this Project in this cluster. */
  boolean isOf(String cluster, String uid) {
    return clusterId.equals(cluster) && projectUid.equals(uid);
  }

  /** The name as GitLab shows it. */
  String text() {
    return "groundwork_%s_%s_%d_%s".formatted(clusterId, projectUid, sequence, nonce);
  }
}
