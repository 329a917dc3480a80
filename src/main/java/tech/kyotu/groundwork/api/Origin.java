package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Optional;

/** How a thing came to be used by a Project. Only what was created is ever removed. */
public enum Origin {
  @JsonProperty("Created")
  CREATED("Created"),
  @JsonProperty("Adopted")
  ADOPTED("Adopted");

  private final String word;

  Origin(String word) {
    this.word = word;
  }

  /** The word in status and annotations. */
  public String word() {
    return word;
  }

  /** The origin of exactly this word, empty for any other. */
  public static Optional<Origin> of(String word) {
    return Arrays.stream(values()).filter(origin -> origin.word.equals(word)).findFirst();
  }
}
