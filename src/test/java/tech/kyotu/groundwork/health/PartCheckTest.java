package tech.kyotu.groundwork.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;

class PartCheckTest {

  @Test
  void isUpWhileEveryPartWorks() {
    HealthCheckResponse answer =
        new PartCheck("lanes", Map.of("flux", () -> true, "deployment", () -> true)).call();

    assertThat(answer.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
  }

  @Test
  void isDownAndNamesThePartThatDoesNotWork() {
    HealthCheckResponse answer =
        new PartCheck("lanes", Map.of("flux", () -> false, "deployment", () -> true)).call();

    assertThat(answer.getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
    assertThat(answer.getData().orElseThrow()).containsEntry("flux", false);
  }
}
