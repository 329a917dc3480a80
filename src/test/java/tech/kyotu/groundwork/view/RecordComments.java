package tech.kyotu.groundwork.view;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the comment of a record says of it and of its components, as plain text. */
final class RecordComments {

  private static final Path SOURCES = Path.of("src/main/java");

  private RecordComments() {}

  /** What a record is: the comment without its tags. */
  static String of(Class<?> type) {
    return plain(comment(type).split("(?m)^@", 2)[0]);
  }

  /** What a component is; empty if the comment does not say. */
  static Optional<String> of(Class<?> type, String component) {
    Matcher tag =
        Pattern.compile("(?ms)^@param " + component + " (.*?)(?=^@|\\z)").matcher(comment(type));
    return tag.find() ? Optional.of(plain(tag.group(1))) : Optional.empty();
  }

  /** The comment right before the declaration, without its stars. */
  private static String comment(Class<?> type) {
    String source = source(type);
    Matcher declaration =
        Pattern.compile("(?m)^ *(?:public )?(?:record|enum) " + type.getSimpleName() + "\\b")
            .matcher(source);
    if (!declaration.find()) {
      throw new IllegalArgumentException(type + " is not declared where it should be");
    }
    String before = source.substring(0, declaration.start());
    int start = before.lastIndexOf("/**");
    int end = before.indexOf("*/", start);
    return before.substring(start + 3, end).replaceAll("(?m)^ *\\* ?", "").strip();
  }

  private static String source(Class<?> type) {
    Class<?> top = type;
    while (top.getEnclosingClass() != null) {
      top = top.getEnclosingClass();
    }
    try {
      return Files.readString(SOURCES.resolve(top.getName().replace('.', '/') + ".java"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String plain(String comment) {
    return comment
        .replaceAll("\\s+", " ")
        .replaceAll("\\{@(?:code|link) ([^}]*)}", "$1")
        .replaceAll("\\{@value [^}]*}", "always this")
        .strip();
  }
}
