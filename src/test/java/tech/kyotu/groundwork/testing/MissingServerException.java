package tech.kyotu.groundwork.testing;

/** A server's program can be neither found nor built here; the message says how to provide it. */
public final class MissingServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MissingServerException(String message) {
    super(message);
  }
}
