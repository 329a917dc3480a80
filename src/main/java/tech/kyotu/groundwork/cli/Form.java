package tech.kyotu.groundwork.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** In which form a verb answers. */
enum Form {
  TABLE,
  WIDE,
  JSON,
  YAML,
  NAME,
  MARKDOWN,
  DIFF,
  DOT,
  MERMAID;

  private static final List<Form> COMMON = List.of(TABLE, WIDE, JSON, YAML, NAME);

  /** Whether it is for programs, which want no colour and no remarks beside it. */
  boolean isForPrograms() {
    return this == JSON || this == YAML || this == NAME;
  }

  /**
   * This form, if the verb knows it.
   *
   * @param verb as the caller wrote it
   * @param more the forms it knows beside the common ones
   */
  Form of(String verb, Form... more) {
    if (COMMON.contains(this) || Arrays.asList(more).contains(this)) {
      return this;
    }
    String known =
        Stream.concat(COMMON.stream(), Arrays.stream(more))
            .map(Form::word)
            .collect(Collectors.joining(", "));
    throw Failure.wrongUse(
        "%s has no form %s. Use -o with one of %s.".formatted(verb, word(), known));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
