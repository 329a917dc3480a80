package tech.kyotu.groundwork.status;

import static tech.kyotu.groundwork.status.Passes.but;
import static tech.kyotu.groundwork.status.Passes.pass;
import static tech.kyotu.groundwork.status.Passes.rejected;
import static tech.kyotu.groundwork.status.Passes.waits;
import static tech.kyotu.groundwork.status.Situation.situation;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.List;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Look;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.testing.ProjectFixture;

/** From the first sight of a Project to the day that all of it is in place, and edits of it. */
final class SetupSituations {

  private static final String ALL_T =
      "NamespaceReady=T InPlace, GitLabGroupReady=T InPlace, RegistryAccessReady=T InPlace,"
          + " VaultAccessReady=T InPlace, FluxRbacReady=T InPlace, ArgoApplicationsReady=T InPlace";

  private SetupSituations() {}

  private static ProjectFixture shop() {
    return aProject("shop");
  }

  static Stream<Situation> all() {
    return Stream.of(
        situation(
            1,
            "not seen yet",
            shop().withStatus(ProjectStatus.UNSEEN).build(),
            List.of(),
            "",
            "",
            Judgement.UNSEEN),
        situation(
            2,
            "first sight",
            shop().build(),
            List.of(
                but(
                    waits(StepName.GITLAB_GROUP, Reason.PROGRESSING, "Being worked on."),
                    waits(StepName.REGISTRY_ACCESS, Reason.WAITING_FOR_STEP, "Waits."),
                    waits(StepName.VAULT_ACCESS, Reason.PROGRESSING, "Being worked on."),
                    waits(StepName.FLUX_RBAC, Reason.PROGRESSING, "Being worked on."),
                    waits(StepName.ARGO_APPLICATIONS, Reason.PROGRESSING, "Being worked on."))),
            "Ready=U Progressing, Reconciling=T Progressing, NamespaceReady=T InPlace,"
                + " GitLabGroupReady=U Progressing, RegistryAccessReady=U WaitingForStep,",
            "Setting up shop-dev: 1 of 6 in place, GitLabGroupReady next.",
            Judgement.WORKING),
        situation(
            3,
            "edit is queued",
            shop().build(),
            List.of(
                but(
                    waits(StepName.REGISTRY_ACCESS, Reason.WAITING_FOR_STEP, "Waits."),
                    waits(
                        StepName.ARGO_APPLICATIONS,
                        Reason.WAITING_FOR_PUSH,
                        "The edit for applications/shop-dev.yaml is queued for the next push to the"
                            + " deployment repository."))),
            "Ready=U WaitingForPush, Reconciling=T WaitingForPush,",
            "4 of 6 in place. The edit for applications/shop-dev.yaml is queued for the next push"
                + " to the deployment repository.",
            Judgement.WORKING),
        situation(
            4,
            "all in place",
            shop().build(),
            List.of(but()),
            "Ready=T Provisioned, " + ALL_T,
            "6 of 6 in place. Namespace shop-dev; registry token valid until 2027-01-19.",
            Judgement.READY),
        situation(
            5,
            "namespace adopted",
            shop().build(),
            List.of(pass(Look.Direction.CONVERGE, adopted())),
            "Ready=T Provisioned, " + ALL_T,
            "6 of 6 in place. Namespace shop-dev existed before and will be kept on deletion;"
                + " registry token valid until 2027-01-19.",
            Judgement.READY),
        situation(
            6,
            "adoption forbidden",
            shop().neverAdopting().build(),
            List.of(
                but(
                    rejected(
                        StepName.NAMESPACE,
                        Reason.ADOPTION_FORBIDDEN,
                        "Namespace shop-dev exists and spec.adoption is Never. Set IfUnowned, or"
                            + " annotate kyotu.tech/adopt: namespace; kubectl project plan NAME"
                            + " shows what would change."))),
            "Ready=F AdoptionForbidden, Stalled=T AdoptionForbidden, NamespaceReady=F"
                + " AdoptionForbidden,",
            "Namespace shop-dev exists and spec.adoption is Never. Set IfUnowned, or annotate"
                + " kyotu.tech/adopt: namespace; kubectl project plan NAME shows what would"
                + " change.",
            Judgement.STALLED),
        situation(
            7,
            "name taken",
            shop().build(),
            List.of(
                but(
                    rejected(
                        StepName.NAMESPACE,
                        Reason.NAME_TAKEN,
                        "Namespace shop-dev belongs to Project platform/shop. Delete one of the"
                            + " two, or change projectId or environmentType in a new Project."
                            + " Nothing was written."),
                    waits(StepName.GITLAB_GROUP, Reason.WAITING_FOR_STEP, "Waits."))),
            "Ready=F NameTaken, Stalled=T NameTaken, NamespaceReady=F NameTaken,"
                + " GitLabGroupReady=U WaitingForStep,",
            "Namespace shop-dev belongs to Project platform/shop. Delete one of the two, or change"
                + " projectId or environmentType in a new Project. Nothing was written.",
            Judgement.STALLED),
        situation(
            12,
            "token rotated",
            shop().build(),
            List.of(pass(Look.Direction.CONVERGE, Passes.HELD.with(Passes.token(812L)))),
            "Ready=T Provisioned, " + ALL_T,
            "6 of 6 in place. Registry token 813 valid until 2027-01-19; token 812 is revoked after"
                + " 2026-11-21 12:04 UTC.",
            Judgement.READY),
        situation(
            20,
            "group changed",
            shop().atGeneration(2).build(),
            List.of(
                but(
                    waits(StepName.VAULT_ACCESS, Reason.PROGRESSING, "Being worked on."),
                    waits(
                        StepName.FLUX_RBAC,
                        Reason.WAITING_FOR_PUSH,
                        "Moving access from old.crew@example.com to shop.crew@example.com: the edit"
                            + " for projects/shop-dev/tenant.yaml is queued."))),
            "Ready=U Progressing, Reconciling=T Progressing,",
            "Moving access from old.crew@example.com to shop.crew@example.com: 4 of 6 in place,"
                + " VaultAccessReady next.",
            Judgement.WORKING),
        editedAndNotLookedAt());
  }

  private static Holdings adopted() {
    return Passes.HELD.with(Holding.of("namespace", "Namespace", Origin.ADOPTED, "shop-dev"));
  }

  private static Situation editedAndNotLookedAt() {
    Project before = new Passes().after(shop().build(), but());
    return situation(
        26,
        "edited and not looked at",
        shop().ownedBy("new@example.org").atGeneration(2).withStatus(before.getStatus()).build(),
        List.of(),
        "Ready=T Provisioned, " + ALL_T,
        "6 of 6 in place. Namespace shop-dev; registry token valid until 2027-01-19.",
        Judgement.UNSEEN);
  }
}
