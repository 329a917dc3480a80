package tech.kyotu.groundwork;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import tech.kyotu.groundwork.cli.Kubectl;

/**
 * {@code kubectl project}: the command line, and the operator's steps for its verbs that need no
 * cluster. Unlike {@link Groundwork} it never starts the operator.
 */
public final class KubectlProject {

  private KubectlProject() {}

  /** Answers a verb and ends the process; the steps are loaded only if the verb asks for them. */
  public static void main(String[] args) {
    Kubectl.main(
        args,
        () ->
            new OfflinePlans(
                // The script tells; it lies beside them.
                Optional.ofNullable(System.getProperty("groundwork.cli.templates")).map(Path::of),
                Clock.systemUTC()));
  }
}
