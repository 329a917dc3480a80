package tech.kyotu.groundwork.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Whether an installation has what it needs. */
@Command(name = "check", description = "Says what the installation needs and lacks, one line each.")
final class Check implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;
  @Mixin Flags flags;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      description = "Look again until all is met, at most this long, for example 2m.")
  @Nullable Duration wait;

  @Override
  public Integer call() {
    try (Session session = kubectl.open(flags)) {
      return new Checks(session).show(wait == null ? Duration.ZERO : wait).number();
    }
  }
}
