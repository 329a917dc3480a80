package tech.kyotu.groundwork.status;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Who;

/**
 * A page of the error catalogue: a head that the vocabulary writes, and a body by hand. The command
 * line prints it without a cluster, so nothing here may need more than the JDK.
 */
public final class ReasonPage {

  /** What each body holds, in this order. */
  static final List<String> HEADINGS =
      List.of("Example", "Typical causes", "Tell them apart", "Fix");

  /** A word that differs in more letters than this is another word. */
  private static final int MOST_TYPOS = 3;

  private ReasonPage() {}

  /** The whole page as Markdown; it ends with a line feed. */
  public static String of(Reason reason) {
    return """
    # %s

    %s %s

    - **Kind:** %s. %s
    - **Who can do it:** %s.

    %s\
    """
        .formatted(
            reason.word(),
            reason.meaning(),
            reason.advice(),
            reason.kind().word(),
            reason.kind().meaning(),
            who(reason),
            body(reason));
  }

  /** The reason that a person means by a word, whatever its case, dashes and underscores. */
  public static Optional<Reason> named(String word) {
    String wanted = letters(word);
    return Arrays.stream(Reason.values())
        .filter(reason -> letters(reason.word()).equals(wanted))
        .findFirst();
  }

  /** The reasons whose word is most like a mistyped one, the likeliest first; at most three. */
  public static List<Reason> like(String word) {
    String wanted = letters(word);
    return Arrays.stream(Reason.values())
        .filter(reason -> typos(wanted, reason) <= MOST_TYPOS)
        .sorted(Comparator.comparingInt(reason -> typos(wanted, reason)))
        .limit(3)
        .toList();
  }

  private static String who(Reason reason) {
    return reason.who().isEmpty()
        ? "nobody has to"
        : reason.who().stream().map(Who::words).collect(Collectors.joining("; "));
  }

  private static String body(Reason reason) {
    String name = "/reasons/" + reason.word() + ".md";
    try (InputStream page = ReasonPage.class.getResourceAsStream(name)) {
      if (page == null) {
        throw new IllegalStateException("the catalogue has no page " + name);
      }
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String letters(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
  }

  /**
   * Edits between what was typed and a reason's word; a beginning of four letters counts as one.
   */
  private static int typos(String typed, Reason reason) {
    String word = letters(reason.word());
    return typed.length() >= 4 && word.startsWith(typed) ? 1 : distance(typed, word);
  }

  /** How many letters must be added, taken out or replaced (Levenshtein). */
  private static int distance(String from, String to) {
    int[] before = new int[to.length() + 1];
    Arrays.setAll(before, at -> at);
    for (int row = 1; row <= from.length(); row++) {
      int[] now = new int[to.length() + 1];
      now[0] = row;
      for (int at = 1; at <= to.length(); at++) {
        int replaced = before[at - 1] + (from.charAt(row - 1) == to.charAt(at - 1) ? 0 : 1);
        now[at] = Math.min(replaced, Math.min(before[at], now[at - 1]) + 1);
      }
      before = now;
    }
    return before[to.length()];
  }
}
