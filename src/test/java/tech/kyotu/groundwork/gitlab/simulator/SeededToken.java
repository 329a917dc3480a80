package tech.kyotu.groundwork.gitlab.simulator;

/** A token made by a test, with its value, which nothing will tell again. */
public record SeededToken(long id, String value) {

  static SeededToken of(Token token) {
    return new SeededToken(token.id(), token.value());
  }

  /** Never the value: this may end in a log or an assertion. */
  @Override
  public String toString() {
    return "SeededToken[id=" + id + "]";
  }
}
