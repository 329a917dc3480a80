package tech.kyotu.groundwork.testing;

import java.nio.file.Path;
import java.util.List;

/**
 * A client of a system that is not ours. Provided as a {@link ServerBinary} is, but only wanted by
 * the profile {@code real-servers}.
 */
public enum ClientBinary {
  /** A Python that can import python-gitlab. */
  PYTHON_GITLAB("python-gitlab");

  private final String program;

  ClientBinary(String program) {
    this.program = program;
  }

  /**
   * The path of the executable; see {@link ServerBinary#path}.
   *
   * @throws MissingServerException if it can be neither found nor installed
   */
  public Path path() {
    return ServerBinary.provided(program);
  }

  /** Lets a suite run only with this client; see {@link ServerBinary#require}. */
  public void require() {
    ServerBinary.orAbort(ServerBinary.absence(List.of(program)));
  }
}
