package tech.kyotu.groundwork.status;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The sentences that the operator can say, read from its source: so a page cannot quote one that no
 * code says any more.
 */
final class CodeMessages {

  /** Less fixed text than this fits too much. */
  private static final int LEAST_FIXED = 11;

  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern BROKEN_LINE = Pattern.compile("\"\\s*\\+\\s*\"");
  private static final Pattern VALUE_BETWEEN =
      Pattern.compile("\"\\s*\\+\\s*[^\";]{1,80}?\\+\\s*\"");
  private static final Pattern PLACE = Pattern.compile("%[-0-9.$]*[sd]");

  /** One source file and the shapes of its sentences. */
  private record Source(String text, List<Sentence> sentences) {}

  /**
   * One sentence with places for values.
   *
   * @param shape its fixed text, and anything in the places
   * @param fixed how much of it is fixed, in characters
   */
  private record Sentence(Pattern shape, int fixed) {
    boolean begins(String text) {
      // A short one with a long value would fit almost everything.
      return fixed * 6 >= text.length() && shape.matcher(text).lookingAt();
    }
  }

  private final List<Source> sources;

  private CodeMessages(List<Source> sources) {
    this.sources = sources;
  }

  /** Reads all of {@code src/main/java}. */
  static CodeMessages read() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      return new CodeMessages(
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(CodeMessages::source)
              .toList());
    }
  }

  /** Whether a file that speaks of this reason's name can begin a text so. */
  boolean canSay(String name, String text) {
    return sources.stream()
        .filter(source -> source.text().contains(name))
        .flatMap(source -> source.sentences().stream())
        .anyMatch(sentence -> sentence.begins(text));
  }

  private static Source source(Path file) {
    try {
      String text = Files.readString(file);
      String joined = BROKEN_LINE.matcher(text).replaceAll("");
      String whole = VALUE_BETWEEN.matcher(joined).replaceAll("%s");
      return new Source(
          text,
          LITERAL
              .matcher(whole)
              .results()
              .map(literal -> literal.group(1))
              .map(literal -> new Sentence(shape(literal), fixedLength(literal)))
              .filter(sentence -> sentence.fixed() >= LEAST_FIXED)
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int fixedLength(String literal) {
    return PLACE.matcher(literal).replaceAll("").length();
  }

  private static Pattern shape(String literal) {
    StringBuilder shape = new StringBuilder();
    Matcher places = PLACE.matcher(literal);
    int from = 0;
    while (places.find()) {
      shape.append(fixed(literal.substring(from, places.start()))).append(".*");
      from = places.end();
    }
    return Pattern.compile(shape.append(fixed(literal.substring(from))).toString());
  }

  private static String fixed(String text) {
    return Pattern.quote(text.replace("\\\"", "\"").replace("%%", "%"));
  }
}
