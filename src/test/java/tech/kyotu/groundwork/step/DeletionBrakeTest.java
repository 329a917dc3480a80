package tech.kyotu.groundwork.step;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.testing.MovableClock;
import tech.kyotu.groundwork.testing.ProjectFixture;

class DeletionBrakeTest {

  private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");

  private final MovableClock clock = MovableClock.at("2026-11-20T12:00:00Z");
  private final List<Project> projects = new ArrayList<>();
  private final List<ProjectRef> woken = new ArrayList<>();
  private DeletionBrake brake = started();

  private DeletionBrake started() {
    return new DeletionBrake(10, () -> List.copyOf(projects), woken::add, clock);
  }

  private Project deleted(int number, int second, ProjectFixture fixture) {
    Project project =
        fixture.named("p" + number).deletedAt(START.plusSeconds(second).toString()).build();
    projects.removeIf(it -> it.uid().equals(project.uid()));
    projects.add(project);
    return project;
  }

  private Project deleted(int number, int second) {
    return deleted(number, second, aProject("shop"));
  }

  private List<Project> deleted(int count) {
    return IntStream.range(0, count).mapToObj(number -> deleted(number, 0)).toList();
  }

  private Project confirmed(int number, String value) {
    return deleted(number, 0, aProject("shop").annotated(Project.CONFIRM_DELETIONS, value));
  }

  private boolean goes(Project project) {
    return brake.holding(project).isEmpty();
  }

  @Test
  void asManyAsTheSettingSaysGoAtOnce() {
    assertThat(deleted(10)).allMatch(this::goes);
  }

  @Test
  void oneMoreHoldsThemAllAndSaysBothWaysOutAndTheWayBack() {
    List<Project> all = deleted(11);
    assertThat(all)
        .allSatisfy(
            it ->
                assertThat(brake.holding(it))
                    .contains(
                        new Report.Guard(
                            Reason.DELETION_PROTECTED,
                            "11 Projects were marked for deletion within a minute, more than"
                                + " deletion.brake (10) lets pass; nothing was removed of the 11"
                                + " that wait. To let them go, annotate one of them with"
                                + " kyotu.tech/confirm-deletions: \"11\", or raise the setting. To"
                                + " keep one, take its finalizer project.kyotu.tech/finalizer off"
                                + " and create it again. They are: ops/p0, ops/p1, ops/p10 and 8"
                                + " more.",
                            Optional.of(START.plusSeconds(10)))));
  }

  @Test
  void theFirstWaitsAMomentForTheOthersByOurOwnClock() {
    IntStream.range(0, 11).forEach(it -> projects.add(aProject("living" + it).build()));
    Project first = deleted(0, -3600);
    assertThat(brake.settling(first)).contains(Duration.ofSeconds(2));
    clock.advance(Duration.ofMillis(1500));
    assertThat(brake.settling(first)).contains(Duration.ofMillis(500));
    clock.advance(Duration.ofMillis(500));
    assertThat(brake.settling(first)).isEmpty();

    brake.drop(first);
    assertThat(brake.settling(first)).as("a namesake is seen anew").isPresent();
  }

  @Test
  void nobodyWaitsWhereThereAreTooFewForABurst() {
    Project only = deleted(0, 0);
    IntStream.range(1, 10).forEach(it -> projects.add(aProject("living" + it).build()));
    assertThat(brake.settling(only)).isEmpty();
  }

  @Test
  void thoseThatAreGoneCountForTheirMinute() {
    deleted(10).forEach(it -> assertThat(goes(it)).isTrue());
    projects.clear();
    assertThat(brake.settling(deleted(10, 5))).isPresent();

    assertThat(brake.holding(deleted(10, 60)).orElseThrow().message())
        .startsWith("11 Projects were marked for deletion within a minute")
        .contains("nothing was removed of the 1 that wait", "confirm-deletions: \"1\"")
        .endsWith("They are: ops/p10.");
    assertThat(goes(deleted(10, 61))).as("more than a minute after them").isTrue();
  }

  @Test
  void aBurstIsToldWhereverItsMinuteBegins() {
    IntStream.range(0, 6).forEach(it -> deleted(it, -50));
    Project middle = deleted(6, 0);
    IntStream.range(7, 11).forEach(it -> deleted(it, 20));
    assertThat(goes(middle)).as("7 in the minute before it, 5 in the one after it").isTrue();

    brake = started();
    IntStream.range(7, 11).forEach(it -> deleted(it, 10));
    assertThat(goes(middle)).as("11 in one minute").isFalse();
  }

  @Test
  void aLongBurstIsOneAndAllOfItSayTheSameNumber() {
    List<Project> all = IntStream.range(0, 100).mapToObj(it -> deleted(it, it * 2)).toList();
    deleted(100, 1_000);
    assertThat(all)
        .allSatisfy(
            it -> assertThat(brake.holding(it).orElseThrow().message()).startsWith("100 Projects"));
  }

  @Test
  void aRemovalThatHadBegunGoesOn() {
    Project early = deleted(0, 0);
    assertThat(goes(early)).isTrue();
    IntStream.range(1, 11).forEach(it -> deleted(it, 1));
    assertThat(goes(early)).isTrue();
    assertThat(brake.holding(projects.get(1)).orElseThrow().message())
        .startsWith("11 Projects")
        .contains("nothing was removed of the 10 that wait");
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"REMOVING", "WAITING_FOR_REMOVAL", "REMOVED", "RETAINED"})
  void afterARestartTheStatusTellsThatARemovalHadBegun(Reason reason) {
    deleted(11);
    assertThat(goes(deleted(0, 0, aProject("shop").withStatus(saying(reason))))).isTrue();
    assertThat(goes(projects.get(0))).isFalse();
  }

  @Test
  void otherTroubleIsNoBeginning() {
    deleted(11);
    assertThat(goes(deleted(0, 0, aProject("shop").withStatus(saying(Reason.ACCESS_DENIED)))))
        .isFalse();
  }

  @Test
  void whoConfirmsTheNumberLetsThemAllGoAndWakesThem() {
    List<Project> all = deleted(50);
    assertThat(all).noneMatch(this::goes);

    assertThat(goes(confirmed(7, "50"))).isTrue();
    assertThat(woken).hasSize(50).contains(all.get(0).ref(), all.get(49).ref());
    projects.removeIf(it -> it.getMetadata().getName().equals("p7"));
    assertThat(projects).as("the one that was annotated is gone").allMatch(this::goes);
  }

  @Test
  void anyOfThemHearsOfIt() {
    List<Project> all = deleted(11);
    confirmed(7, "11");
    assertThat(goes(all.get(0))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "true", "49", "-1", "0x99", "99999999999"})
  void whatIsLessThanTheNumberConfirmsNothing(String value) {
    deleted(50);
    assertThat(goes(confirmed(7, value))).isFalse();
    assertThat(woken).isEmpty();
  }

  @Test
  void whatIsDeletedAfterwardsWaitsAnew() {
    deleted(50);
    assertThat(goes(confirmed(7, "50"))).isTrue();
    projects.clear();
    assertThat(goes(deleted(50, 10))).isFalse();
    assertThat(goes(deleted(51, 100))).isTrue();
  }

  @Test
  void bySettingNothingEachDeletionIsConfirmed() {
    brake = new DeletionBrake(0, () -> List.copyOf(projects), woken::add, clock);
    assertThat(goes(deleted(0, 0))).isFalse();
    assertThat(goes(confirmed(0, "1"))).isTrue();
  }

  @Test
  void namesThatAreTooLongCutNoWayOut() {
    IntStream.range(0, 11)
        .forEach(it -> deleted(it, 0, aProject("shop").inNamespace("n".repeat(253))));
    String told = Sanitizer.sentence(brake.holding(projects.get(0)).orElseThrow().message());
    assertThat(told).hasSizeLessThanOrEqualTo(512).contains("create it again.");
  }

  private static ProjectStatus saying(Reason reason) {
    var condition =
        new ConditionBuilder()
            .withType(StepName.NAMESPACE.conditionType())
            .withStatus("False")
            .withReason(reason.word())
            .build();
    return new ProjectStatus(
        1,
        null,
        null,
        null,
        null,
        List.of(),
        null,
        List.of(),
        null,
        null,
        List.of(),
        null,
        List.of(condition));
  }
}
