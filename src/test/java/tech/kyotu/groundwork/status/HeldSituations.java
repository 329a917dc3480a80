package tech.kyotu.groundwork.status;

import static tech.kyotu.groundwork.status.Passes.but;
import static tech.kyotu.groundwork.status.Passes.change;
import static tech.kyotu.groundwork.status.Passes.pass;
import static tech.kyotu.groundwork.status.Passes.planned;
import static tech.kyotu.groundwork.status.Passes.waits;
import static tech.kyotu.groundwork.status.Situation.situation;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.List;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Guards;
import tech.kyotu.groundwork.step.Look;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.Verb;
import tech.kyotu.groundwork.testing.ProjectFixture;

/** Projects that people hold back: planned, suspended, or protected from their deletion. */
final class HeldSituations {

  private static final Guards GUARDS = new Guards(project -> true);

  private HeldSituations() {}

  private static ProjectFixture shop() {
    return aProject("shop");
  }

  static Stream<Situation> all() {
    return Stream.of(
        situation(
            21,
            "planned",
            shop().planOnly().build(),
            List.of(
                but(
                    planned(StepName.NAMESPACE, change(Verb.ADOPT, "Namespace shop-dev")),
                    planned(
                        StepName.GITLAB_GROUP,
                        change(Verb.CREATE, "Group"),
                        change(Verb.CREATE, "Member")),
                    planned(
                        StepName.VAULT_ACCESS,
                        change(Verb.CREATE, "Policy"),
                        change(Verb.CREATE, "Role")))),
            "Ready=F Planned, NamespaceReady=F Planned, GitLabGroupReady=F Planned,"
                + " RegistryAccessReady=T InPlace, VaultAccessReady=F Planned,",
            "5 changes planned, none made: 4 to create, 1 to adopt. See status.plan or kubectl"
                + " project plan shop-dev; set spec.mode: Apply to carry them out.",
            Judgement.PLANNED),
        situation(
            27,
            "being planned",
            shop().planOnly().build(),
            List.of(
                but(
                    planned(StepName.NAMESPACE, change(Verb.ADOPT, "Namespace shop-dev")),
                    waits(StepName.VAULT_ACCESS, Reason.PROGRESSING, "Being worked on."))),
            "Ready=U Progressing, Reconciling=T Progressing, NamespaceReady=F Planned,",
            "Planning shop-dev: 5 of 6 looked at, VaultAccessReady next.",
            Judgement.WORKING),
        situation(
            28,
            "planned without changes",
            shop().planOnly().build(),
            List.of(but()),
            "Ready=T Provisioned, NamespaceReady=T InPlace,",
            "6 of 6 in place. Namespace shop-dev; registry token valid until 2027-01-19.",
            Judgement.READY),
        suspendedWithEdits(),
        suspendedInPlace(),
        removalProtected(),
        removalSuspended(),
        removalPlanned());
  }

  private static Report guarded(Project project) {
    Look.Direction direction =
        project.isBeingDeleted() ? Look.Direction.RELEASE : Look.Direction.CONVERGE;
    var guard =
        (project.isBeingDeleted() ? GUARDS.beforeRelease(project) : GUARDS.beforeConverge(project))
            .orElseThrow();
    return Report.guarded(direction, guard.reason(), guard.message(), Passes.HELD);
  }

  private static Situation suspendedWithEdits() {
    Project before = new Passes().after(shop().build(), but());
    Project edited =
        shop()
            .ownedBy("new@example.org")
            .suspended()
            .atGeneration(2)
            .withStatus(before.getStatus())
            .build();
    return situation(
        22,
        "suspended with edits",
        edited,
        List.of(guarded(edited)),
        "Ready=U Suspended, NamespaceReady=T InPlace,",
        "Suspended with edits not applied: googleGroup. Set spec.suspend: false to go on. Registry"
            + " token valid until 2027-01-19 is not rotated meanwhile.",
        Judgement.SUSPENDED_WITH_EDITS);
  }

  private static Situation suspendedInPlace() {
    Project before = new Passes().after(shop().build(), but());
    Project suspended = shop().suspended().atGeneration(2).withStatus(before.getStatus()).build();
    return situation(
        29,
        "suspended in place",
        suspended,
        List.of(guarded(suspended)),
        "Ready=T Provisioned, NamespaceReady=T InPlace,",
        "Suspended. Set spec.suspend: false to go on. Registry token valid until 2027-01-19 is not"
            + " rotated meanwhile.",
        Judgement.SUSPENDED);
  }

  private static Situation removalProtected() {
    Project project = shop().beingDeleted().annotated(Project.DELETION_PROTECTION, "true").build();
    return situation(
        24,
        "removal protected",
        project,
        List.of(guarded(project)),
        "Ready=F DeletionProtected, Stalled=T DeletionProtected",
        "kyotu.tech/deletion-protection is set, nothing was removed. Remove the annotation to let"
            + " the deletion go on; a delete cannot be taken back.",
        Judgement.REMOVAL_STALLED);
  }

  private static Situation removalSuspended() {
    Project project = shop().suspended().beingDeleted().build();
    return situation(
        30,
        "removal suspended",
        project,
        List.of(guarded(project)),
        "Ready=F Suspended, Stalled=T Suspended",
        "Suspended. Nothing is removed while spec.suspend is true; set it to false to go on.",
        Judgement.REMOVAL_STALLED);
  }

  private static Situation removalPlanned() {
    Project project = shop().planOnly().beingDeleted().build();
    return situation(
        31,
        "removal planned",
        project,
        List.of(
            pass(Look.Direction.RELEASE, Passes.HELD)
                .heldBackBy(
                    Reason.DELETION_PLANNED,
                    "Deletion would remove what status.plan lists. Set spec.mode: Apply to carry it"
                        + " out.")),
        "Ready=F DeletionPlanned, Stalled=T DeletionPlanned",
        "Deletion would remove what status.plan lists. Set spec.mode: Apply to carry it out.",
        Judgement.REMOVAL_STALLED);
  }
}
