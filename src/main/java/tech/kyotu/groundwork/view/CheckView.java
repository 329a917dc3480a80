package tech.kyotu.groundwork.view;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One need of an installation, and whether it is met.
 *
 * @param ok whether it is met
 * @param unread whether it could not be looked at, which is neither met nor unmet; absent in JSON
 *     if false
 * @param what the need, in a few words: {@code GitLab}, {@code deployment repository}
 * @param detail a sentence; of an unmet need it says what to do
 */
public record CheckView(
    boolean ok,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean unread,
    String what,
    String detail) {

  /** This need is met. */
  public static CheckView met(String what, String detail) {
    return new CheckView(true, false, what, detail);
  }

  /** This need is not met. */
  public static CheckView unmet(String what, String detail) {
    return new CheckView(false, false, what, detail);
  }

  /** It could not be looked at. */
  public static CheckView unread(String what, String why) {
    return new CheckView(false, true, what, why);
  }
}
