package tech.kyotu.groundwork.status;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.status.Passes.away;
import static tech.kyotu.groundwork.status.Passes.but;
import static tech.kyotu.groundwork.status.Passes.change;
import static tech.kyotu.groundwork.status.Passes.pass;
import static tech.kyotu.groundwork.status.Passes.rejected;
import static tech.kyotu.groundwork.status.Passes.retrying;
import static tech.kyotu.groundwork.status.Passes.waits;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Guards;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.Look;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.step.Verb;
import tech.kyotu.groundwork.testing.ProjectFixture;

/**
 * The situations of the resource's contract, one row each: what the conditions say, in which words,
 * and how a tool that waits reads them. Number 1 has no report: the CRD's default speaks.
 */
class SituationsTest {

  private static final String ALL_T =
      "NamespaceReady=T InPlace, GitLabGroupReady=T InPlace, RegistryAccessReady=T InPlace,"
          + " VaultAccessReady=T InPlace, FluxRbacReady=T InPlace, ArgoApplicationsReady=T InPlace";

  /** One row: a Project, the passes it went through, and what is expected after the last. */
  record Situation(
      int number,
      Project project,
      List<Report> passes,
      String conditions,
      String message,
      KStatus kstatus) {
    @Override
    public String toString() {
      return number + ": " + conditions;
    }
  }

  private static ProjectFixture shop() {
    return aProject("shop");
  }

  private static final Guards GUARDS = new Guards(project -> true);

  private static Report guarded(Project project) {
    Look.Direction direction =
        project.isBeingDeleted() ? Look.Direction.RELEASE : Look.Direction.CONVERGE;
    var guard =
        (project.isBeingDeleted() ? GUARDS.beforeRelease(project) : GUARDS.beforeConverge(project))
            .orElseThrow();
    return Report.guarded(direction, guard.reason(), guard.message(), Passes.HELD);
  }

  private static Report release(StepResult... others) {
    return pass(Look.Direction.RELEASE, Holdings.NONE, others);
  }

  private static StepResult removing(StepName step) {
    return waits(step, Reason.REMOVING, "Goes after ArgoApplicationsReady.");
  }

  private static Holdings adopted() {
    return Passes.HELD.with(Holding.of("namespace", "Namespace", Origin.ADOPTED, "shop-dev"));
  }

  private static StepResult planned(StepName step, tech.kyotu.groundwork.step.Change... changes) {
    return StepResult.of(step, StepResult.State.PLANNED, Reason.PLANNED, "Planned.")
        .after(List.of(changes));
  }

  static Stream<Situation> situations() {
    return Stream.of(
        new Situation(
            2,
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
            KStatus.IN_PROGRESS),
        new Situation(
            3,
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
            KStatus.IN_PROGRESS),
        new Situation(
            4,
            shop().build(),
            List.of(but()),
            "Ready=T Provisioned, " + ALL_T,
            "6 of 6 in place. Namespace shop-dev; registry token valid until 2027-01-19.",
            KStatus.CURRENT),
        new Situation(
            5,
            shop().build(),
            List.of(pass(Look.Direction.CONVERGE, adopted())),
            "Ready=T Provisioned, " + ALL_T,
            "6 of 6 in place. Namespace shop-dev existed before and will be kept on deletion;"
                + " registry token valid until 2027-01-19.",
            KStatus.CURRENT),
        new Situation(
            6,
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
            KStatus.FAILED),
        new Situation(
            7,
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
            KStatus.FAILED),
        new Situation(
            8,
            shop().build(),
            List.of(
                but(
                    rejected(
                        StepName.REGISTRY_ACCESS,
                        Reason.ACCESS_DENIED,
                        "GitLab refused to create a group token in platform/shop (401). Give the"
                            + " operator's token scope api and role Owner there."))),
            "Ready=F AccessDenied, Stalled=T AccessDenied, NamespaceReady=T InPlace,"
                + " GitLabGroupReady=T InPlace, RegistryAccessReady=F AccessDenied,"
                + " VaultAccessReady=T InPlace,",
            "GitLab refused to create a group token in platform/shop (401). Give the operator's"
                + " token scope api and role Owner there. Next try 12:19 UTC. 5 of 6 in place.",
            KStatus.FAILED),
        new Situation(
            9,
            shop().build(),
            List.of(
                but(
                    away(
                        StepName.GITLAB_GROUP,
                        "GitLab does not answer (503). Nothing to do unless it lasts."),
                    waits(StepName.REGISTRY_ACCESS, Reason.WAITING_FOR_STEP, "Waits."))),
            "Ready=U RemoteUnavailable, Reconciling=T RemoteUnavailable, NamespaceReady=T InPlace,"
                + " GitLabGroupReady=U RemoteUnavailable,",
            "GitLab does not answer (503) since 12:04 UTC. Nothing to do unless it lasts. 4 of 6 in"
                + " place.",
            KStatus.IN_PROGRESS),
        new Situation(
            10,
            shop().build(),
            List.of(
                but(),
                but(
                    away(
                        StepName.GITLAB_GROUP,
                        "GitLab does not answer (503). Nothing to do unless it lasts."),
                    away(
                        StepName.REGISTRY_ACCESS,
                        "GitLab does not answer (503). Nothing to do unless it lasts."))),
            "Ready=T Provisioned, NamespaceReady=T InPlace, GitLabGroupReady=U RemoteUnavailable,"
                + " RegistryAccessReady=U RemoteUnavailable, VaultAccessReady=T InPlace,",
            "6 of 6 in place. GitLab does not answer (503) since 12:04 UTC; existing access keeps"
                + " working.",
            KStatus.CURRENT),
        new Situation(
            11,
            shop().build(),
            List.of(
                but(
                    retrying(
                            StepName.GITLAB_GROUP,
                            Reason.RATE_LIMITED,
                            "GitLab asked to wait (429). Next try 12:06:30 UTC, as it said. If this"
                                + " repeats, raise the limit for the operator's user.")
                        .pacedBy(Lane.SELF_PACED))),
            "Ready=U RateLimited, Reconciling=T RateLimited, NamespaceReady=T InPlace,"
                + " GitLabGroupReady=U RateLimited,",
            "GitLab asked to wait (429). Next try 12:06:30 UTC, as it said. If this repeats, raise"
                + " the limit for the operator's user. 5 of 6 in place.",
            KStatus.IN_PROGRESS),
        new Situation(
            12,
            shop().build(),
            List.of(pass(Look.Direction.CONVERGE, Passes.HELD.with(Passes.token(812L)))),
            "Ready=T Provisioned, " + ALL_T,
            "6 of 6 in place. Registry token 813 valid until 2027-01-19; token 812 is revoked after"
                + " 2026-11-21 12:04 UTC.",
            KStatus.CURRENT),
        trouble(
            13,
            retrying(
                StepName.REGISTRY_ACCESS,
                Reason.SECRET_UPDATE_FAILED,
                "Token 813 was issued but the pull secret in shop-dev was refused (quota exceeded)."
                    + " The old token stays; 813 is revoked. Free the quota."),
            "Ready=F SecretUpdateFailed, Reconciling=T SecretUpdateFailed,"),
        trouble(
            14,
            retrying(
                StepName.REGISTRY_ACCESS,
                Reason.PROBE_FAILED,
                "The registry refused new token 813 (401). The old token stays published until"
                    + " 2026-12-19. Check the registry address in the operator's settings."),
            "Ready=F ProbeFailed, Reconciling=T ProbeFailed,"),
        trouble(
            15,
            retrying(
                StepName.REGISTRY_ACCESS,
                Reason.TOKEN_EXPIRED,
                "The registry token expired on 2026-11-20 and GitLab does not answer (503). Image"
                    + " pulls fail now. Restore GitLab."),
            "Ready=F TokenExpired, Reconciling=T TokenExpired,"),
        new Situation(
            16,
            shop().build(),
            List.of(
                but(
                    rejected(
                        StepName.VAULT_ACCESS,
                        Reason.ACCESS_DENIED,
                        "Vault refused to write policy project-shop-dev-access (403). Add the"
                            + " operator's policy from the security guide to its Vault role."))),
            "Ready=F AccessDenied, Stalled=T AccessDenied,",
            "Vault refused to write policy project-shop-dev-access (403). Add the operator's policy"
                + " from the security guide to its Vault role. Next try 12:19 UTC. 5 of 6 in"
                + " place.",
            KStatus.FAILED),
        new Situation(
            17,
            shop().build(),
            List.of(
                but(
                    rejected(
                            StepName.ARGO_APPLICATIONS,
                            Reason.PUSH_REJECTED,
                            "The deployment repository refused the push to main (protected branch)."
                                + " Allow the operator's user to push, or set another branch.")
                        .pacedBy(Lane.SELF_PACED))),
            "Ready=F PushRejected, Stalled=T PushRejected,",
            "The deployment repository refused the push to main (protected branch). Allow the"
                + " operator's user to push, or set another branch. 5 of 6 in place.",
            KStatus.FAILED),
        new Situation(
            18,
            shop().build(),
            List.of(
                but(
                    retrying(
                            StepName.FLUX_RBAC,
                            Reason.PUSH_CONTENTION,
                            "The Flux repository moved on 10 times while pushing. Nothing to do"
                                + " unless it lasts.")
                        .pacedBy(Lane.SELF_PACED))),
            "Ready=U PushContention, Reconciling=T PushContention,",
            "The Flux repository moved on 10 times while pushing. Nothing to do unless it lasts. 5"
                + " of 6 in place.",
            KStatus.IN_PROGRESS),
        new Situation(
            19,
            shop().build(),
            List.of(
                but(
                    rejected(
                        StepName.FLUX_RBAC,
                        Reason.UNREADABLE_FILE,
                        "rbac_values.yaml line 42 in the Flux repository: duplicate key \"groups\"."
                            + " Repair the file; the operator does not touch it until it"
                            + " parses."))),
            "Ready=F UnreadableFile, Stalled=T UnreadableFile,",
            "rbac_values.yaml line 42 in the Flux repository: duplicate key \"groups\". Repair the"
                + " file; the operator does not touch it until it parses. Next try 12:19 UTC. 5 of"
                + " 6 in place.",
            KStatus.FAILED),
        new Situation(
            20,
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
            KStatus.IN_PROGRESS),
        new Situation(
            21,
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
            KStatus.IN_PROGRESS),
        suspendedWithEdits(),
        new Situation(
            23,
            shop().beingDeleted().build(),
            List.of(
                release(
                    removing(StepName.NAMESPACE),
                    removing(StepName.GITLAB_GROUP),
                    removing(StepName.REGISTRY_ACCESS),
                    removing(StepName.VAULT_ACCESS),
                    removing(StepName.FLUX_RBAC),
                    waits(
                        StepName.ARGO_APPLICATIONS,
                        Reason.WAITING_FOR_REMOVAL,
                        "Waits for 2 Argo CD Applications: shop-dev-api, shop-dev-web. If one"
                            + " hangs, look at its finalizers."))),
            "Ready=F Removing, Reconciling=T Removing,",
            "Removing: 0 of 6 gone. Waits for 2 Argo CD Applications: shop-dev-api, shop-dev-web."
                + " If one hangs, look at its finalizers.",
            KStatus.TERMINATING),
        deletionOfAProtectedProject(),
        new Situation(
            25,
            shop().beingDeleted().build(),
            List.of(
                release(
                    removing(StepName.NAMESPACE),
                    StepResult.done(StepName.GITLAB_GROUP, Reason.RETAINED, "Kept."),
                    away(StepName.VAULT_ACCESS, "Vault is sealed. Unseal it."))),
            "Ready=F RemoteUnavailable, Reconciling=T RemoteUnavailable, NamespaceReady=F"
                + " Removing,",
            "Removing: 4 of 6 gone or kept. Vault is sealed since 12:04 UTC. Unseal it. Last"
                + " resort: kyotu.tech/abandon: VaultAccessReady.",
            KStatus.TERMINATING));
  }

  private static Situation trouble(int number, StepResult result, String conditions) {
    return new Situation(
        number,
        shop().build(),
        List.of(but(), but(result)),
        conditions,
        result.message() + " Next try 12:04 UTC. 5 of 6 in place.",
        KStatus.IN_PROGRESS);
  }

  private static Situation suspendedWithEdits() {
    Project edited = shop().ownedBy("new@example.org").suspended().atGeneration(2).build();
    Project before = new Passes().after(shop().build(), but());
    edited.setStatus(before.getStatus());
    return new Situation(
        22,
        edited,
        List.of(guarded(edited)),
        "Ready=U Suspended, NamespaceReady=T InPlace,",
        "Suspended with edits not applied: googleGroup. Set spec.suspend: false to go on. Registry"
            + " token valid until 2027-01-19 is not rotated meanwhile.",
        KStatus.IN_PROGRESS);
  }

  private static Situation deletionOfAProtectedProject() {
    Project project = shop().beingDeleted().annotated(Project.DELETION_PROTECTION, "true").build();
    return new Situation(
        24,
        project,
        List.of(guarded(project)),
        "Ready=F DeletionProtected, Stalled=T DeletionProtected",
        "kyotu.tech/deletion-protection is set, nothing was removed. Remove the annotation to let"
            + " the deletion go on; a delete cannot be taken back.",
        KStatus.TERMINATING);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("situations")
  void saysWhatTheContractSays(Situation situation) {
    Passes passes = new Passes();
    Project project = situation.project();
    situation.passes().forEach(report -> passes.after(project, report));
    List<Condition> conditions = project.getStatus().conditions();

    assertThat(shortForm(conditions)).startsWith(situation.conditions());
    assertThat(conditions.get(0).getMessage()).isEqualTo(situation.message());
    conditions.stream()
        .filter(condition -> List.of("Reconciling", "Stalled").contains(condition.getType()))
        .forEach(condition -> assertThat(condition.getMessage()).isEqualTo(situation.message()));
    assertThat(KStatus.of(project)).isEqualTo(situation.kstatus());
  }

  private static String shortForm(List<Condition> conditions) {
    return conditions.stream()
        .map(
            condition ->
                condition.getType()
                    + "="
                    + condition.getStatus().charAt(0)
                    + " "
                    + condition.getReason())
        .collect(java.util.stream.Collectors.joining(", "));
  }
}
