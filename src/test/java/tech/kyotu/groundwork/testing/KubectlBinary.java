package tech.kyotu.groundwork.testing;

import java.nio.file.Path;
import java.util.List;

/**
 * The program that the documents' commands call, of the version of the API server. Provided as a
 * {@link ServerBinary} is, so that nobody has to install it.
 */
public final class KubectlBinary {
  private static final String PROGRAM = "kubectl";

  private KubectlBinary() {}

  /** Lets a suite run only with it; see {@link ServerBinary#require}. */
  public static void require() {
    ServerBinary.orAbort(ServerBinary.absence(List.of(PROGRAM)));
  }

  /** A search path for a shell: first the folder that holds it, then this process' own. */
  public static String searchPath() {
    Path folder = ServerBinary.provided(PROGRAM).getParent();
    return folder + ":" + System.getenv("PATH");
  }
}
