package tech.kyotu.groundwork.metrics;

import io.fabric8.kubernetes.api.model.Condition;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
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
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private ProvisioningMetrics() {}

  /**
   * Registers the gauges {@code groundwork_projects}, one per state, {@code
   * groundwork_projects_late} and {@code groundwork_system_away}, one per system.
   *
   * @param registry where they go
   * @param projects all Projects, from the cache
   * @param late how many Projects wait for a look that is overdue
   * @param away whether a system does not answer, by its name
   */
  public static void register(
      MeterRegistry registry,
      Supplier<List<Project>> projects,
      Supplier<Number> late,
      Map<String, BooleanSupplier> away) {
    for (State state : State.values()) {
      Gauge.builder(
              "groundwork.projects",
              () -> projects.get().stream().filter(p -> State.of(p) == state).count())
          .tag("state", state.word())
          .description("Projects in this state")
          .register(registry);
    }
    Gauge.builder("groundwork.projects.late", late)
        .description("Projects whose look is overdue by five minutes or more")
        .register(registry);
    away.forEach(
        (system, isAway) ->
            Gauge.builder("groundwork.system.away", () -> isAway.getAsBoolean() ? 1 : 0)
                .tag("system", system)
                .description("1 while the system does not answer")
                .register(registry));
  }

  /**
   * Registers the gauge {@code groundwork_operator_credential_expiry_timestamp_seconds} of one
   * system.
   *
   * @param system by its name
   * @param expiry when our credential there ends, in seconds since 1970; NaN while nobody knows
   */
  public static void registerCredential(
      MeterRegistry registry, String system, Supplier<Number> expiry) {
    Gauge.builder("groundwork.operator.credential.expiry.timestamp", expiry)
        .baseUnit("seconds")
        .tag("system", system)
        .description("When the operator's own credential ends")
        .register(registry);
  }
}
