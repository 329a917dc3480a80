package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The environments a project may have. The word in the resource is the second half of its name. */
public enum EnvironmentType {
  @JsonProperty("dev")
  DEV,
  @JsonProperty("qa")
  QA,
  @JsonProperty("test")
  TEST,
  @JsonProperty("stage")
  STAGE,
  @JsonProperty("prod")
  PROD;

  /** The lower-case word as it stands in the resource, for example {@code dev}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The environment of exactly this word; empty for any other text, also for other spellings. */
  public static Optional<EnvironmentType> of(String word) {
    return Arrays.stream(values()).filter(type -> type.word().equals(word)).findFirst();
  }
}
