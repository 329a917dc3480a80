package tech.kyotu.groundwork.metrics;

import io.fabric8.kubernetes.api.model.Condition;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.Supplier;
import tech.kyotu.groundwork.api.Project;

/**
 * How many Projects are in which state, and which system is away. Counted when asked, from the
 * cache.
 */
public final class ProvisioningMetrics {

  /** States of a Project, as people count them. */
  enum State {
    READY,
    RECONCILING,
    STALLED,
    SUSPENDED,
    PLANNED,
    DELETING;

    static State of(Project project) {
      if (project.isBeingDeleted()) {
        return DELETING;
      }
      if (project.isSuspended()) {
        return SUSPENDED;
      }
      List<Condition> conditions = project.statusOrUnseen().conditions();
      if (isTrue(conditions, "Stalled")) {
        return STALLED;
      }
      if (isTrue(conditions, "Ready")) {
        return READY;
      }
      return project.isPlanOnly() ? PLANNED : RECONCILING;
    }

    private static boolean isTrue(List<Condition> conditions, String type) {
      return conditions.stream()
          .anyMatch(c -> type.equals(c.getType()) && "True".equals(c.getStatus()));
    }

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private ProvisioningMetrics() {}

  /**
   * Registers the gauges {@code groundwork_projects}, one per state.
   *
   * @param registry where they go
   * @param projects all Projects, from the cache
   */
  public static void register(MeterRegistry registry, Supplier<List<Project>> projects) {
    for (State state : State.values()) {
      Gauge.builder(
              "groundwork.projects",
              () -> projects.get().stream().filter(p -> State.of(p) == state).count())
          .tag("state", state.word())
          .description("Projects in this state")
          .register(registry);
    }
  }
}
