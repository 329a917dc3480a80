package tech.kyotu.groundwork.cli;

/** Expected trouble: a sentence for the caller, with what to do, and the exit code. */
final class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ExitCode code;

  Failure(ExitCode code, String sentence) {
    super(sentence);
    this.code = code;
  }

  static Failure wrongUse(String sentence) {
    return new Failure(ExitCode.WRONG_USE, sentence);
  }

  ExitCode code() {
    return code;
  }

  /** What to tell. */
  String sentence() {
    return String.valueOf(getMessage());
  }
}
