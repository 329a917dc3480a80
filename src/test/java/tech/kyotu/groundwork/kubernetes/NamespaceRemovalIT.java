package tech.kyotu.groundwork.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.ProjectFixture;
import tech.kyotu.groundwork.testing.Settings;
import tech.kyotu.groundwork.testing.SharedServers;

/** How the step lets a namespace go, on a real API server with the rights of the packaged role. */
@ExtendWith(SharedServers.class)
class NamespaceRemovalIT {

  private static final Duration BOUND = Duration.ofSeconds(60);

  private final KubernetesClient admin;
  private final ControlPlane control;
  private final String id = "n" + UUID.randomUUID().toString().substring(0, 8);
  private final String name = id + "-dev";
  private KubernetesClient operator;
  private NamespaceStep step;

  NamespaceRemovalIT(ControlPlane control) {
    this.control = control;
    this.admin = control.adminClient();
  }

  @BeforeEach
  void inPlace() throws StepException {
    Manifests.install(control);
    operator = Manifests.asOperator(control);
    step =
        new NamespaceStep(
            new Fabric8Cluster(operator, Settings.defaults(), List::of, (mark, thing) -> {}),
            Settings.defaults());
    carryOut(step.plan(project().build(), Holdings.NONE));
  }

  @AfterEach
  void stop() {
    operator.close();
  }

  @Test
  void waitsUntilItIsGoneAndNamesWhatHoldsIt() throws StepException {
    Project going = project().beingDeleted().build();
    admin
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(name)
                .withName("held")
                .withFinalizers("example.com/hold")
                .endMetadata()
                .build())
        .create();

    assertThat(carryOut(step.planRelease(going, Holdings.NONE)))
        .isInstanceOf(Outcome.Waiting.class);
    await()
        .atMost(BOUND)
        .untilAsserted(
            () ->
                assertThat(waiting(going))
                    .startsWith("Namespace " + name + " is being deleted: ")
                    .contains("example.com/hold"));

    admin
        .configMaps()
        .inNamespace(name)
        .withName("held")
        .edit(
            stored -> {
              stored.getMetadata().setFinalizers(List.of());
              return stored;
            });
    await().atMost(BOUND).until(() -> namespace().isEmpty());
    StepPlan gone = step.planRelease(going, Holdings.NONE);
    assertThat(gone.waitsFor()).isEmpty();
    assertThat(gone.changes()).isEmpty();
  }

  @Test
  void keepsARetainedNamespaceWithAllInItAndWithoutOurMarks() throws StepException {
    Project going = project().retainingItsNamespace().beingDeleted().build();
    String uid = namespace().orElseThrow().getMetadata().getUid();

    carryOut(step.planRelease(going, Holdings.NONE));

    Namespace left = namespace().orElseThrow();
    assertThat(left.getMetadata().getUid()).isEqualTo(uid);
    assertThat(left.getMetadata().getDeletionTimestamp()).isNull();
    assertThat(left.getMetadata().getLabels().keySet()).noneMatch(Marks::isOurs);
    assertThat(Marks.annotations(left.getMetadata()).keySet()).noneMatch(Marks::isOurs);
    assertThat(step.planRelease(going, Holdings.NONE).changes()).isEmpty();
  }

  @Test
  void leavesANamespaceThatCameInPlaceOfTheOneItMeantToDelete() throws StepException {
    StepPlan removal = step.planRelease(project().beingDeleted().build(), Holdings.NONE);
    admin.namespaces().withName(name).delete();
    await().atMost(BOUND).until(() -> namespace().isEmpty());
    Namespace next =
        admin
            .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
            .create();

    carryOut(removal);

    Namespace left = namespace().orElseThrow();
    assertThat(left.getMetadata().getUid()).isEqualTo(next.getMetadata().getUid());
    assertThat(left.getMetadata().getDeletionTimestamp()).isNull();
  }

  private ProjectFixture project() {
    return aProject(id);
  }

  private static Outcome carryOut(StepPlan plan) throws StepException {
    assertThat(plan.changes()).hasSize(1);
    Change change = plan.changes().get(0);
    return change.effect().apply(Holdings.NONE);
  }

  private String waiting(Project going) throws StepException {
    Outcome.Waiting waiting = step.planRelease(going, Holdings.NONE).waitsFor().orElseThrow();
    assertThat(waiting.reason()).isEqualTo(Reason.WAITING_FOR_REMOVAL);
    return waiting.message();
  }

  private Optional<Namespace> namespace() {
    return Optional.ofNullable(admin.namespaces().withName(name).get());
  }
}
