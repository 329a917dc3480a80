package tech.kyotu.groundwork.step;

/** What a change does to its subject. */
public enum Verb {
  CREATE,
  UPDATE,
  ROTATE,
  ADOPT,
  RETAIN,
  DELETE
}
