package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a Project is carried out or only thought through. */
public enum Mode {
  /** Everything is brought into place. */
  @JsonProperty("Apply")
  APPLY,
  /** Everything is read, nothing but the status is written. */
  @JsonProperty("Plan")
  PLAN
}
