package tech.kyotu.groundwork.gitlab;

import java.nio.charset.StandardCharsets;

/**
 * The value of a token. It never shows itself: no text form, no comparison, no serial form. Whoever
 * asks for it passes it on at once.
 */
public final class SecretValue {

  private final String value;

  private SecretValue(String value) {
    this.value = value;
  }

  /**
   * Wraps a value as a system told it.
   *
   * @param value visible ASCII without quotes and backslashes; such a value is safe in a header and
   *     in JSON
   * @throws IllegalArgumentException if it holds anything else; the message does not quote it
   */
  public static SecretValue of(String value) {
    boolean isPlain =
        value.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '"' && c != '\'' && c != '\\');
    if (value.isEmpty() || !isPlain) {
      throw new IllegalArgumentException(
          "a secret value is empty or has characters that no token has");
    }
    return new SecretValue(value);
  }

  /** The value itself. */
  String reveal() {
    return value;
  }

  /** The value as the password of a login, before Base64. */
  byte[] asLogin(String user) {
    return (user + ":" + value).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "(hidden)";
  }
}
