package tech.kyotu.groundwork;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.config.InvalidSettingsException;

/** Starts the operator, or answers a verb of the command line. */
@QuarkusMain
public final class Groundwork {

  private Groundwork() {}

  /**
   * Without arguments the operator, whose settings come from the environment and the usual Quarkus
   * sources; with arguments {@code kubectl project}, for which Quarkus is not even loaded.
   */
  public static void main(String[] args) {
    if (args.length > 0) {
      KubectlProject.main(args);
      return;
    }
    // The JDK's HTTP client would send a POST again when a kept-alive connection drops: a second
    // token, unseen.
    System.setProperty("sun.net.http.retryPost", "false");
    Quarkus.run(null, Groundwork::sayWhyItEnded, args);
  }

  private static void sayWhyItEnded(Integer exitCode, @Nullable Throwable cause) {
    if (cause != null) {
      // The log may not have begun yet.
      Optional<String> settings =
          Stream.iterate(cause, Objects::nonNull, Throwable::getCause)
              .flatMap(at -> InvalidSettingsException.in(at).stream())
              .map(Throwable::getMessage)
              .findFirst();
      settings.ifPresentOrElse(System.err::println, cause::printStackTrace);
    }
    // Threads of a failed start would keep the process alive, half dead.
    System.exit(exitCode);
  }
}
