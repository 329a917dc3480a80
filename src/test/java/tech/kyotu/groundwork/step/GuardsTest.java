package tech.kyotu.groundwork.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.api.RegistryToken;
import tech.kyotu.groundwork.testing.ProjectFixture;

class GuardsTest {

  private final Guards guards = new Guards(project -> false);

  private static ProjectStatus status(List<Holding> holdings, String tokenExpiry) {
    RegistryToken token =
        tokenExpiry == null
            ? null
            : new RegistryToken(813, null, tokenExpiry, null, null, null, null, null);
    return new ProjectStatus(
        1, null, null, null, null, holdings, token, List.of(), null, null, List.of(), null,
        List.of());
  }

  @Test
  void nothingHoldsAnOrdinaryProject() {
    assertThat(guards.beforeConverge(aProject("shop").build())).isEmpty();
    assertThat(guards.beforeRelease(aProject("shop").beingDeleted().build())).isEmpty();
  }

  @Test
  void anotherOperatorAtWorkHoldsEverythingAndIsAskedAnewBeforeARelease() {
    AtomicReference<String> live = new AtomicReference<>("It runs. Stop it.");
    Guards.Rival rival =
        new Guards.Rival() {
          @Override
          public Optional<String> atWork() {
            return Optional.of("It ran.");
          }

          @Override
          public Optional<String> look() {
            return Optional.ofNullable(live.get());
          }
        };
    Guards beside = new Guards(project -> false, rival);
    assertThat(beside.beforeConverge(aProject("shop").build()))
        .contains(new Report.Guard(Reason.OWNERSHIP_CONFLICT, "It ran."));
    Project leaving = aProject("shop").beingDeleted().build();
    Report.Guard guard = beside.beforeRelease(leaving).orElseThrow();
    assertThat(guard.message()).isEqualTo("It runs. Stop it.");
    // Else it went at once, and the other would find nothing left to take away.
    assertThat(Guards.holdsAlways(guard.reason())).isTrue();
    live.set(null);
    assertThat(beside.beforeRelease(leaving)).isEmpty();
  }

  @Test
  void aBrokenSpecIsNamedWithItsFixAndChangesNothing() {
    Project project = aProject("shop").ownedBy(null).build();
    Report.Guard guard = guards.beforeConverge(project).orElseThrow();
    assertThat(guard.reason()).isEqualTo(Reason.INVALID_SPEC);
    assertThat(guard.message())
        .isEqualTo(
            "spec.googleGroup is missing. Add the team's group address; nothing was changed.");
  }

  @Test
  void aRemovalThatIsOnlyPlannedSaysHowMuchWouldGoAndHowMuchStay() {
    StepResult kept =
        planned(StepName.GITLAB_GROUP, Change.retain("GitLab group shop", "never deleted"));
    StepResult file =
        planned(
            StepName.ARGO_APPLICATIONS,
            Change.of(Verb.UPDATE, "applications/shop-dev.yaml", "first", Effect.NOTHING),
            Change.of(Verb.DELETE, "applications/shop-dev.yaml", "then", Effect.NOTHING),
            Change.of(Verb.DELETE, "Secret shop-dev/pull", "gone", Effect.NOTHING));

    assertThat(onlyPlanned(kept, file))
        .isEqualTo(
            "Deletion would remove 2 and keep 1 (status.plan). Set spec.mode: Apply to carry it"
                + " out.");
    assertThat(
            onlyPlanned(
                kept, file, StepResult.waiting(StepName.VAULT_ACCESS, Reason.PROGRESSING, "...")))
        .startsWith("Deletion would remove at least 2 and keep 1");
  }

  private static StepResult planned(StepName step, Change... changes) {
    return StepResult.of(step, StepResult.State.PLANNED, Reason.PLANNED, "Planned.")
        .after(List.of(changes));
  }

  private static String onlyPlanned(StepResult... results) {
    Report plan = Report.of(Look.Direction.RELEASE, List.of(results), Holdings.NONE);
    return Guards.onlyPlanned(plan).guard().orElseThrow().message();
  }

  @Test
  void aSpecThatIsMissingIsNotABug() {
    Project project = aProject("shop").build();
    project.setSpec(null);
    assertThat(guards.beforeConverge(project)).isPresent();
    assertThat(guards.beforeRelease(project)).isPresent();
  }

  @Test
  void aSuspendedProjectSaysWhatStopsMeanwhile() {
    Project project =
        aProject("shop").suspended().withStatus(status(List.of(), "2027-01-19")).build();
    assertThat(guards.beforeConverge(project).orElseThrow().message())
        .isEqualTo(
            "Suspended. Set spec.suspend: false to go on. Registry token valid until 2027-01-19 is"
                + " not rotated meanwhile.");
  }

  @Test
  void aSuspendedProjectWithoutATokenDoesNotSpeakOfOne() {
    Project project = aProject("shop").suspended().build();
    assertThat(guards.beforeConverge(project).orElseThrow().message())
        .isEqualTo("Suspended. Set spec.suspend: false to go on.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "yes", "production data", " "})
  void anyValueButFalseProtectsFromDeletion(String value) {
    Project project =
        aProject("shop").beingDeleted().annotated(Project.DELETION_PROTECTION, value).build();
    assertThat(guards.beforeRelease(project).orElseThrow().reason())
        .isEqualTo(Reason.DELETION_PROTECTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "false"})
  void anEmptyValueOrFalseDoesNotProtect(String value) {
    Project project =
        aProject("shop").beingDeleted().annotated(Project.DELETION_PROTECTION, value).build();
    assertThat(guards.beforeRelease(project)).isEmpty();
  }

  @Test
  void protectionIsCheckedBeforeEverythingElse() {
    Project project =
        aProject("shop")
            .ownedBy(null)
            .suspended()
            .beingDeleted()
            .annotated(Project.DELETION_PROTECTION, "true")
            .build();
    assertThat(guards.beforeRelease(project).orElseThrow().reason())
        .isEqualTo(Reason.DELETION_PROTECTED);
    assertThat(Guards.holdsAlways(Reason.DELETION_PROTECTED)).isTrue();
    assertThat(Guards.holdsAlways(Reason.SUSPENDED)).isTrue();
    assertThat(Guards.holdsAlways(Reason.INVALID_SPEC)).isFalse();
  }

  @Test
  void suspendHoldsADeletionToo() {
    Project project = aProject("shop").suspended().beingDeleted().build();
    assertThat(guards.beforeRelease(project).orElseThrow().reason()).isEqualTo(Reason.SUSPENDED);
  }

  @Test
  void whoeverHoldsNothingMayGoAtOnce() throws StepException {
    ProjectFixture shop = aProject("shop").beingDeleted();
    Holding namespace = Holding.of("namespace", "Namespace", Origin.CREATED, "shop-dev");
    assertThat(guards.holdsNothing(shop.build())).isTrue();
    assertThat(new Guards(project -> true).holdsNothing(shop.build()))
        .as("the status was lost, the mark was not")
        .isFalse();
    assertThat(guards.holdsNothing(shop.withStatus(status(List.of(namespace), null)).build()))
        .isFalse();
  }

  @Test
  void aNameThatWasNeverValidIsNotLookedUp() throws StepException {
    Guards trap =
        new Guards(
            project -> {
              throw new AssertionError("looked up");
            });
    assertThat(trap.holdsNothing(aProject("../etc").named("x").beingDeleted().build())).isTrue();
  }

  @Test
  void anUnreadableNamespaceIsNotAnAbsentOne() {
    Guards blind =
        new Guards(
            project -> {
              throw new RetryableException(Reason.REMOTE_UNAVAILABLE, "No answer.");
            });
    assertThatThrownBy(() -> blind.holdsNothing(aProject("shop").beingDeleted().build()))
        .isInstanceOf(RetryableException.class);
  }
}
