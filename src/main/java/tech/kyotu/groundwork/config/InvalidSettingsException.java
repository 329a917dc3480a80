package tech.kyotu.groundwork.config;

import java.util.List;

/** The operator cannot start with these settings; the message names every fault with its fix. */
public final class InvalidSettingsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** One sentence per fault. */
  public InvalidSettingsException(List<String> faults) {
    super(
        "Groundwork cannot start, its settings need mending:\n  - "
            + String.join("\n  - ", faults));
  }
}
