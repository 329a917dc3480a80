package tech.kyotu.groundwork.step;

/** What a change does to its subject. */
public enum Verb {
  CREATE("Created"),
  UPDATE("Updated"),
  ROTATE("Rotated"),
  ADOPT("Adopted"),
  RETAIN("Kept"),
  DELETE("Deleted");

  private final String done;

  Verb(String done) {
    this.done = done;
  }

  /** The word for it once it is done; begins a sentence. */
  public String done() {
    return done;
  }
}
