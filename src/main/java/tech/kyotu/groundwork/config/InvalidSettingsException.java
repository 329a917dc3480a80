package tech.kyotu.groundwork.config;

import io.smallrye.config.ConfigValidationException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The operator cannot start with these settings; the message names every fault with its fix. */
public final class InvalidSettingsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> faults;

  private static final Pattern EXCEPTION_AND_CODE = Pattern.compile("^([\\w.$]+: )?(SRCFG\\d+: )?");

  /** One sentence per fault. */
  public InvalidSettingsException(List<String> faults) {
    super(
        "Groundwork cannot start, its settings need mending:\n  - "
            + String.join("\n  - ", faults));
    this.faults = List.copyOf(faults);
  }

  /** One sentence per fault. */
  public List<String> faults() {
    return faults;
  }

  /**
   * What this failure of a start says about settings: our own faults, or what SmallRye Config
   * (3.13) could not find or read; empty if it is about something else.
   */
  public static Optional<InvalidSettingsException> in(Throwable failure) {
    if (failure instanceof InvalidSettingsException ours) {
      return Optional.of(ours);
    }
    if (failure instanceof ConfigValidationException found) {
      return Optional.of(
          new InvalidSettingsException(
              IntStream.range(0, found.getProblemCount())
                  .mapToObj(index -> found.getProblem(index).getMessage())
                  .map(InvalidSettingsException::sentence)
                  .toList()));
    }
    return Optional.empty();
  }

  private static String sentence(String problem) {
    return EXCEPTION_AND_CODE.matcher(problem).replaceFirst("")
        + ". The table of settings in README.md says what belongs there.";
  }
}
