package tech.kyotu.groundwork.status;

/** The three values of a condition. */
enum Truth {
  TRUE("True"),
  FALSE("False"),
  UNKNOWN("Unknown");

  private final String word;

  Truth(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }
}
