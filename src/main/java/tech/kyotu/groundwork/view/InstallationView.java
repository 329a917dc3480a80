package tech.kyotu.groundwork.view;

import java.util.List;

/**
 * What an installation needs, and whether it is met. The published form of {@code kubectl project
 * check -o json}, and of the operator's part of it.
 *
 * @param apiVersion {@value PlanView#API_VERSION}
 * @param kind {@value #KIND}
 * @param checks one for each need
 */
public record InstallationView(String apiVersion, String kind, List<CheckView> checks) {

  /** Name of this form. */
  public static final String KIND = "InstallationCheckList";

  /** Copies the list. */
  public InstallationView {
    checks = List.copyOf(checks);
  }

  /** These needs. */
  public static InstallationView of(List<CheckView> checks) {
    return new InstallationView(PlanView.API_VERSION, KIND, checks);
  }
}
