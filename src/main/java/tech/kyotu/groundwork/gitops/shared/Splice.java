package tech.kyotu.groundwork.gitops.shared;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One part of a text that gets another content.
 *
 * @param span what is replaced; empty for an insertion
 * @param text by what
 */
record Splice(Span span, String text) {

  static Splice of(int from, int to, String text) {
    return new Splice(new Span(from, to), text);
  }

  static Splice cut(int from, int to) {
    return of(from, to, "");
  }

  /** From the beginning of the text to its end; insertions at one place keep their order. */
  static List<Splice> ordered(List<Splice> splices) {
    List<Splice> ordered = new ArrayList<>(splices);
    ordered.sort(
        Comparator.<Splice>comparingInt(splice -> splice.span().from())
            .thenComparingInt(splice -> splice.span().to()));
    return ordered;
  }

  /** The text after ordered splices that do not overlap. */
  static String applied(YamlText before, List<Splice> ordered) {
    StringBuilder after = new StringBuilder();
    int at = 0;
    for (Splice splice : ordered) {
      after.append(before.slice(at, splice.span().from())).append(splice.text());
      at = splice.span().to();
    }
    return after.append(before.slice(at, before.length())).toString();
  }

  /** Where the new contents of ordered splices stand in the text after them. */
  static List<Span> inserted(List<Splice> ordered) {
    List<Span> spans = new ArrayList<>();
    int shift = 0;
    for (Splice splice : ordered) {
      int from = splice.span().from() + shift;
      int length = splice.text().codePointCount(0, splice.text().length());
      spans.add(new Span(from, from + length));
      shift += length - (splice.span().to() - splice.span().from());
    }
    return spans;
  }
}
