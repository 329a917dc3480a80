package tech.kyotu.groundwork.cli;

import java.io.PrintWriter;
import tech.kyotu.groundwork.view.TraceView.State;

/** Where a verb writes. Colour only repeats what a mark or a word says already. */
final class Screen {

  /** The few colours there are. */
  enum Colour {
    GREEN(32),
    RED(31),
    YELLOW(33),
    PLAIN(0);

    private final int code;

    Colour(int code) {
      this.code = code;
    }
  }

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean colourful;
  private final boolean quiet;

  Screen(PrintWriter out, PrintWriter err, boolean colourful, boolean quiet) {
    this.out = out;
    this.err = err;
    this.colourful = colourful;
    this.quiet = quiet;
  }

  /** A line of the answer. */
  void line(String text) {
    out.println(text.stripTrailing());
    out.flush();
  }

  /** Something beside the answer, which {@code -q} leaves out. */
  void remark(String text) {
    if (!quiet) {
      err.println(text);
      err.flush();
    }
  }

  String coloured(Colour colour, String text) {
    return colourful && colour != Colour.PLAIN
        ? "\u001b[" + colour.code + "m" + text + "\u001b[0m"
        : text;
  }

  /** {@code [ok]}, {@code [!!]}, {@code [..]}, {@code [??]} or {@code [--]}. */
  String mark(State state) {
    return switch (state) {
      case OK -> coloured(Colour.GREEN, "[ok]");
      case FAILED -> coloured(Colour.RED, "[!!]");
      case WAITING -> coloured(Colour.YELLOW, "[..]");
      case UNREAD -> coloured(Colour.YELLOW, "[??]");
      case ABSENT -> "[--]";
    };
  }

  /** One of our records, or what a server sent, for programs. */
  void data(Form form, Object value) {
    line(form == Form.YAML ? Json.yaml(value) : Json.pretty(value));
  }
}
