package tech.kyotu.groundwork;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import tech.kyotu.groundwork.config.InvalidSettingsException;

/** Starts the operator. */
@QuarkusMain
public final class Groundwork {

  private Groundwork() {}

  /** No arguments; settings come from the environment and the usual Quarkus sources. */
  public static void main(String[] args) {
    // The JDK's HTTP client would send a POST again when a kept-alive connection drops: a second
    // token, unseen.
    System.setProperty("sun.net.http.retryPost", "false");
    Quarkus.run(null, Groundwork::sayWhyItEnded, args);
  }

  private static void sayWhyItEnded(Integer exitCode, Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof InvalidSettingsException settings) {
        System.err.println(settings.getMessage());
        break;
      }
    }
    // Threads of a failed start would keep the process alive, half dead.
    System.exit(exitCode);
  }
}
