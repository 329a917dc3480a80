package tech.kyotu.groundwork.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Columns under headings, as wide as what they hold; nothing is ever cut off. */
final class Table {

  private static final String GAP = "   ";

  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headings) {
    rows.add(List.of(headings));
  }

  Table(List<String> headings) {
    rows.add(headings);
  }

  void row(List<String> cells) {
    rows.add(cells);
  }

  void row(String... cells) {
    rows.add(List.of(cells));
  }

  void print(Screen screen) {
    List<Integer> widths =
        IntStream.range(0, rows.get(0).size())
            .mapToObj(i -> rows.stream().mapToInt(row -> row.get(i).length()).max().orElse(0))
            .toList();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(padded(row.get(i), widths.get(i))).append(GAP);
      }
      screen.line(line.toString());
    }
  }

  /** The text, filled up with blanks. */
  static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
