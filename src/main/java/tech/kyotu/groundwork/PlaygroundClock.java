package tech.kyotu.groundwork;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * A clock that runs ahead of the machine's by what a file says, so that a playground can let sixty
 * days pass. The file holds one ISO-8601 duration and is read at each question, because it changes
 * while the operator runs.
 */
final class PlaygroundClock extends Clock {

  private static final String PROFILE = "playground";

  private final Path file;
  private final Clock machine;

  private PlaygroundClock(Path file, Clock machine) {
    this.file = file;
    this.machine = machine;
  }

  /**
   * The clock of a process.
   *
   * @param profiles of Quarkus that are active; without {@code playground} among them no file is
   *     ever read, so that nobody can move the time of an installation
   * @param file setting {@code playground.clock-file}
   */
  static Clock of(List<String> profiles, Optional<Path> file) {
    return file.filter(it -> profiles.contains(PROFILE))
        .<Clock>map(it -> new PlaygroundClock(it, systemUTC()))
        .orElseGet(Clock::systemUTC);
  }

  /**
   * The moved time.
   *
   * @throws UncheckedIOException if the file cannot be read: a time that falls back by weeks would
   *     do more harm
   */
  @Override
  public Instant instant() {
    try {
      return machine.instant().plus(Duration.parse(Files.readString(file, UTF_8).strip()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ZoneId getZone() {
    return machine.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new PlaygroundClock(file, machine.withZone(zone));
  }
}
