package tech.kyotu.groundwork.health;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * Up while all of these parts of ours work. No outside system is ever one of them: a restart would
 * not mend it.
 */
public final class PartCheck implements HealthCheck {

  private final String name;
  private final Map<String, BooleanSupplier> parts;

  /**
   * A check.
   *
   * @param name as the endpoint shows it
   * @param parts by name, each true while it works; asked at each call, so they must answer at once
   */
  public PartCheck(String name, Map<String, BooleanSupplier> parts) {
    this.name = name;
    this.parts = new TreeMap<>(parts);
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named(name).up();
    parts.forEach(
        (part, works) -> {
          boolean isUp = works.getAsBoolean();
          response.withData(part, isUp);
          if (!isUp) {
            response.down();
          }
        });
    return response.build();
  }
}
