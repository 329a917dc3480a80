package tech.kyotu.groundwork.api;

import java.util.Map;

/**
 * How the older operator (kyotu-project-operator) marks what it made: one label on namespaces and
 * pull secrets, which says nothing of the Project.
 */
public final class OlderMark {

  /** The label. */
  public static final String LABEL = "app";

  /** Its value. */
  public static final String OPERATOR = "kyotu-project-operator";

  private OlderMark() {}

  /** Whether a thing with these labels was made by it. */
  public static boolean isOn(Map<String, String> labels) {
    return OPERATOR.equals(labels.get(LABEL));
  }
}
