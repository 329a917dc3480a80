package tech.kyotu.groundwork.status;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.status.Passes.but;
import static tech.kyotu.groundwork.status.Passes.pass;
import static tech.kyotu.groundwork.status.Passes.rejected;
import static tech.kyotu.groundwork.status.Passes.waits;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.step.Look;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepResult;

/** Progress is told at most once in ten seconds; trouble, and the end, at once. */
class StatusWriterTest {

  private static final Duration TEN = Duration.ofSeconds(10);

  private final Passes passes = new Passes();
  private final List<ProjectStatus> written = new ArrayList<>();
  private final KubernetesClient client = new KubernetesClientBuilder().build();
  private boolean isMovedOn;

  private final StatusWriter writer =
      new StatusWriter(
          passes.conditions,
          new ProjectEvents(
              client,
              // A queue that takes nothing: events are not what is asked here.
              closed(),
              "here",
              passes.clock),
          passes.clock,
          (project, status, context) -> store(project, status));

  private Project project = aProject("shop").build();

  private static ExecutorService closed() {
    var queue = Executors.newSingleThreadExecutor();
    queue.shutdown();
    return queue;
  }

  @AfterEach
  void close() {
    client.close();
  }

  private Optional<Project> store(Project before, ProjectStatus status) {
    if (isMovedOn) {
      return Optional.empty();
    }
    written.add(status);
    project = aProject("shop").withStatus(status).build();
    assertThat(project.uid()).isEqualTo(before.uid());
    return Optional.of(project);
  }

  private StatusWriter.Written write(Report report) {
    return writer.write(project, report, null);
  }

  private static Report waitingFor(StepName step) {
    return but(waits(step, Reason.WAITING_FOR_PUSH, "Queued."));
  }

  private static Report working(StepName step) {
    return but(waits(step, Reason.PROGRESSING, "Handed over."));
  }

  @Test
  void progressWaitsUntilTenSecondsAfterTheLastWrite() {
    Instant first = passes.clock.instant();
    assertThat(write(working(StepName.GITLAB_GROUP)).deferredUntil()).isEmpty();
    passes.clock.advance(Duration.ofSeconds(3));

    StatusWriter.Written deferred = write(waitingFor(StepName.FLUX_RBAC));
    assertThat(deferred.deferredUntil()).contains(first.plus(TEN));
    assertThat(deferred.status()).as("what is to be said").isNotEqualTo(written.get(0));
    assertThat(written).hasSize(1);

    passes.clock.advance(Duration.ofSeconds(7));
    assertThat(write(waitingFor(StepName.FLUX_RBAC)).deferredUntil()).isEmpty();
    assertThat(written).hasSize(2);
  }

  @Test
  void troubleAndTheEndAreToldAtOnce() {
    write(working(StepName.GITLAB_GROUP));
    write(but(rejected(StepName.VAULT_ACCESS, Reason.ACCESS_DENIED, "Refused.")));
    assertThat(written).hasSize(2);
    write(working(StepName.GITLAB_GROUP));
    write(but());
    assertThat(written).hasSize(4);
  }

  @Test
  void aNewGenerationIsToldAtOnce() {
    write(working(StepName.GITLAB_GROUP));
    ProjectStatus before = project.getStatus();
    project = aProject("shop").atGeneration(2).withStatus(before).build();
    write(working(StepName.GITLAB_GROUP));
    assertThat(written).hasSize(2);
  }

  @Test
  void theProgressOfARemovalIsPacedToo() {
    project = aProject("shop").beingDeleted().build();
    write(removing(StepName.NAMESPACE, StepName.GITLAB_GROUP));
    assertThat(write(removing(StepName.NAMESPACE)).deferredUntil()).isPresent();
    assertThat(written).hasSize(1);
  }

  private static Report removing(StepName... steps) {
    return pass(
        Look.Direction.RELEASE,
        Passes.HELD,
        Arrays.stream(steps)
            .map(step -> waits(step, Reason.REMOVING, "Goes later."))
            .toArray(StepResult[]::new));
  }

  @Test
  void whatIsUnchangedIsNotWritten() {
    write(but());
    passes.clock.advance(Duration.ofHours(1));
    assertThat(write(but()).deferredUntil()).isEmpty();
    assertThat(written).hasSize(1);
  }

  @Test
  void anObjectThatMovedOnIsToldInASecond() {
    isMovedOn = true;
    assertThat(write(but()).deferredUntil()).contains(passes.clock.instant().plusSeconds(1));
    isMovedOn = false;
    assertThat(write(but()).deferredUntil()).isEmpty();
    assertThat(written).hasSize(1);
  }

  @Test
  void whoIsForgottenIsToldAtOnce() {
    write(working(StepName.GITLAB_GROUP));
    writer.drop(project);
    write(waitingFor(StepName.FLUX_RBAC));
    assertThat(written).hasSize(2);
  }
}
