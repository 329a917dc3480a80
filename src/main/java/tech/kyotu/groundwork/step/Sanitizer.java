package tech.kyotu.groundwork.step;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What may be shown of a text that came from elsewhere: one line, bounded, without anything that
 * looks like a secret.
 */
public final class Sanitizer {

  /** The longest message a condition carries. */
  public static final int SENTENCE = 512;

  /** The longest note of an event; the API server takes 1024. */
  public static final int NOTE = 1000;

  /** The longest piece of a foreign answer. */
  public static final int FOREIGN = 200;

  private static final Pattern URL_USER = Pattern.compile("(?i)([a-z][a-z0-9+.-]*://)[^/@\\s]*@");

  /**
   * Known token prefixes (GitLab, Vault, GitHub), base64 of JSON as in JWTs and pull secrets, and
   * the values of headers and parameters that carry one.
   */
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?i)\\b(gl(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|wt|soat|ffct)-[\\w.-]{8,}|hv[sbr]\\.[\\w-]{8,}|s\\.[A-Za-z0-9]{20,}|gh[a-z]_\\w{10,}"
              + "|eyJ[\\w+/=.-]{8,})"
              + "|((?:private-token|authorization|x-vault-token|token|password|secret|\\bauth)[\"']?\\s*[:=]\\s*[\"']?)(?:bearer"
              + " |basic )?[^\\s\"',;]{6,}");

  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cf}[^\\x20-\\x7e\\u00a0-\\u1fff\\u2010-\\u2027\\u2030-\\ud7ff]]+");

  private Sanitizer() {}

  /**
   * A foreign text, made fit to be quoted.
   *
   * @param text anything; null counts as empty
   * @return one line of at most 200 characters
   */
  public static String foreign(@Nullable String text) {
    return clean(text, FOREIGN);
  }

  /** A message of our own that may quote others: one line of at most 512 characters. */
  public static String sentence(@Nullable String text) {
    return clean(text, SENTENCE);
  }

  /** A line of a file, as it is but for what looks like a secret; a length is not kept secret. */
  public static String line(String text) {
    return hidden(UNPRINTABLE.matcher(text).replaceAll(" "));
  }

  private static String hidden(String line) {
    return TOKEN.matcher(URL_USER.matcher(line).replaceAll("$1")).replaceAll("$2(hidden)");
  }

  /** What an event says: one line of at most 1000 characters. */
  public static String note(@Nullable String text) {
    return clean(text, NOTE);
  }

  private static String clean(@Nullable String text, int limit) {
    if (text == null) {
      return "";
    }
    // Cut before matching as well: patterns over megabytes of a foreign body would cost time.
    String bounded = text.length() > 4 * limit ? text.substring(0, 4 * limit) : text;
    String line = hidden(UNPRINTABLE.matcher(bounded).replaceAll(" ").strip());
    return line.length() <= limit ? line : line.substring(0, limit - 3) + "...";
  }
}
