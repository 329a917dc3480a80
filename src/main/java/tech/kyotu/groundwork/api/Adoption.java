package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether things that exist already, and bear nobody's mark, may be used. */
public enum Adoption {
  /** They are taken into use; what was adopted is never deleted. */
  @JsonProperty("IfUnowned")
  IF_UNOWNED,
  /** They are refused, except where an annotation names them. */
  @JsonProperty("Never")
  NEVER
}
