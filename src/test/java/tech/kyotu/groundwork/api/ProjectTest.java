package tech.kyotu.groundwork.api;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectTest {

  private static final String EARLIER = "2026-11-20T12:04:11Z";
  private static final String LATER = "2026-11-20T12:04:12Z";

  @Test
  void theLaterOfTheTwoReconcileRequestsCounts() {
    assertThat(requested(EARLIER, LATER)).contains(LATER);
    assertThat(requested(LATER, EARLIER)).contains(LATER);
    assertThat(aProject("shop").annotated(Project.FLUX_REQUESTED_AT, LATER).build())
        .returns(true, Project::isLookRequested);
    assertThat(aProject("shop").build()).returns(false, Project::isLookRequested);
  }

  private static Optional<String> requested(String ours, String fluxs) {
    return aProject("shop")
        .annotated(Project.RECONCILE_REQUESTED_AT, ours)
        .annotated(Project.FLUX_REQUESTED_AT, fluxs)
        .build()
        .reconcileRequest();
  }

  @ParameterizedTest
  @CsvSource({"50, 50", "007, 7", "999999999, 999999999", "1000000000, 0", "true, 0", "-3, 0"})
  void deletionsAreConfirmedByANumber(String value, int confirmed) {
    assertThat(aProject("shop").annotated(Project.CONFIRM_DELETIONS, value).build())
        .returns(confirmed, Project::confirmedDeletions);
  }
}
