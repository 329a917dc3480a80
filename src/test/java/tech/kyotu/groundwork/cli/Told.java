package tech.kyotu.groundwork.cli;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.ArrayList;
import java.util.List;
import tech.kyotu.groundwork.api.Commit;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Links;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.api.RegistryToken;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.testing.ProjectFixture;

/** Projects as the operator tells of them in the situations of the contract, by their number. */
final class Told {

  private static final String SINCE = "2026-11-20T12:04:00Z";

  private final List<Condition> steps = new ArrayList<>();
  private String lastHandled;
  private String rotated;
  private long generation = 1;

  private Told() {
    for (StepName step : StepName.values()) {
      steps.add(condition(step.conditionType(), "True", Reason.IN_PLACE, inPlace(step)));
    }
  }

  static ProjectFixture shop() {
    return ProjectFixture.aProject("shop").ownedBy("shop.crew@example.com");
  }

  /** 1: created, not seen. */
  static Project unseen() {
    return shop().build();
  }

  /** 2: on the way. */
  static Project settingUp() {
    return new Told()
        .but(StepName.GITLAB_GROUP, "Unknown", Reason.PROGRESSING, "Being worked on.")
        .but(
            StepName.REGISTRY_ACCESS,
            "Unknown",
            Reason.WAITING_FOR_STEP,
            "Waits for GitLabGroupReady.")
        .told(
            shop(),
            "Unknown",
            Reason.PROGRESSING,
            "Reconciling",
            "Setting up shop-dev: 1 of 6 in place, GitLabGroupReady next.");
  }

  /** 4: all in place. */
  static Project ready() {
    return new Told().allInPlace(shop());
  }

  /** 4, and a look and a rotation were handled, asked for at this time. */
  static Project handled(String request) {
    Told told = new Told();
    told.lastHandled = request;
    told.rotated = request;
    return told.allInPlace(shop());
  }

  /** 8: GitLab refuses the token. */
  static Project refused() {
    String refusal =
        "GitLab refused to create a group token in platform/shop (401). Give the operator's token"
            + " scope api and role Owner there.";
    return new Told()
        .but(StepName.REGISTRY_ACCESS, "False", Reason.ACCESS_DENIED, refusal)
        .told(
            shop(),
            "False",
            Reason.ACCESS_DENIED,
            "Stalled",
            refusal + " Next try 12:19 UTC. 5 of 6 in place.");
  }

  /** 9: GitLab is away during setup. */
  static Project away() {
    return new Told()
        .but(
            StepName.GITLAB_GROUP,
            "Unknown",
            Reason.REMOTE_UNAVAILABLE,
            "GitLab does not answer (503). Nothing to do unless it lasts.")
        .but(
            StepName.REGISTRY_ACCESS,
            "Unknown",
            Reason.WAITING_FOR_STEP,
            "Waits for GitLabGroupReady.")
        .told(
            shop(),
            "Unknown",
            Reason.REMOTE_UNAVAILABLE,
            "Reconciling",
            "GitLab does not answer (503) since 12:04 UTC. Nothing to do unless it lasts. 4 of 6 in"
                + " place.");
  }

  /** 21: Plan mode with changes. */
  static Project planned() {
    return new Told()
        .but(StepName.VAULT_ACCESS, "False", Reason.PLANNED, "Planned: 2 to create.")
        .told(
            shop().planOnly(),
            "False",
            Reason.PLANNED,
            "",
            "2 changes planned, none made: 2 to create. See status.plan or kubectl project plan"
                + " shop-dev; set spec.mode: Apply to carry them out.");
  }

  /** 22: suspended, edits pending. */
  static Project suspended() {
    return new Told()
        .told(
            shop().suspended(),
            "Unknown",
            Reason.SUSPENDED,
            "",
            "Suspended with edits not applied: googleGroup. Set spec.suspend: false to go on.");
  }

  /** 23: deletion waits for Applications. */
  static Project removing() {
    Told told = new Told();
    for (StepName step : StepName.values()) {
      told.but(step, "False", Reason.REMOVING, "Goes after ArgoApplicationsReady.");
    }
    return told.but(
            StepName.ARGO_APPLICATIONS,
            "False",
            Reason.WAITING_FOR_REMOVAL,
            "Waits for 2 Argo CD Applications: shop-dev-api, shop-dev-web. If one hangs, look at"
                + " its finalizers.")
        .told(
            shop().beingDeleted(),
            "False",
            Reason.REMOVING,
            "Reconciling",
            "Removing: 0 of 6 gone. Waits for 2 Argo CD Applications: shop-dev-api, shop-dev-web."
                + " If one hangs, look at its finalizers.");
  }

  /** 24: deletion of a protected Project. */
  static Project protectedFromDeletion() {
    return new Told()
        .told(
            shop().beingDeleted().annotated(Project.DELETION_PROTECTION, "true"),
            "False",
            Reason.DELETION_PROTECTED,
            "Stalled",
            "kyotu.tech/deletion-protection is set, nothing was removed. Remove the annotation to"
                + " let the deletion go on; a delete cannot be taken back.");
  }

  private Project allInPlace(ProjectFixture fixture) {
    return told(
        fixture,
        "True",
        Reason.PROVISIONED,
        "",
        "6 of 6 in place. Namespace shop-dev; registry token valid until 2027-01-19.");
  }

  private Told but(StepName step, String truth, Reason reason, String message) {
    Condition told = condition(step.conditionType(), truth, reason, message);
    steps.replaceAll(it -> it.getType().equals(told.getType()) ? told : it);
    return this;
  }

  private Project told(
      ProjectFixture fixture, String truth, Reason reason, String beside, String message) {
    List<Condition> all = new ArrayList<>();
    all.add(condition("Ready", truth, reason, message));
    if (!beside.isEmpty()) {
      all.add(condition(beside, "True", reason, message));
    }
    all.addAll(steps);
    long inPlace = steps.stream().filter(it -> it.getStatus().equals("True")).count();
    ProjectStatus status =
        new ProjectStatus(
            generation,
            "shop-dev",
            inPlace + "/6",
            lastHandled,
            null,
            List.of(
                Holding.of("namespace", "Namespace", Origin.CREATED, "shop-dev"),
                new Holding(
                    "gitlab-group", "GitLabGroup", Origin.ADOPTED, "42 platform/shop", true, null),
                Holding.of("registry-token", "GitLabToken", Origin.CREATED, "813")),
            new RegistryToken(813, null, "2027-01-19", null, null, rotated, 812L, SINCE),
            List.of(
                new Commit("flux", "main", "91bd0047aa", "https://git.example.com/f/91bd", SINCE),
                new Commit("deployment", "main", "3f2c1abdd0", null, SINCE)),
            new Links("https://gitlab.example.com/platform/shop", null, null, null, null, null),
            null,
            List.of(),
            null,
            all);
    return fixture.withStatus(status).build();
  }

  private static Condition condition(String type, String truth, Reason reason, String message) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus(truth)
        .withReason(reason.word())
        .withMessage(message)
        .withObservedGeneration(1L)
        .withLastTransitionTime(SINCE)
        .build();
  }

  private static String inPlace(StepName step) {
    return switch (step) {
      case NAMESPACE -> "Namespace shop-dev.";
      case GITLAB_GROUP -> "Group platform/shop (42), shared with other environments.";
      case REGISTRY_ACCESS -> "Token 813 valid until 2027-01-19.";
      case VAULT_ACCESS -> "Two policies, a group and a role.";
      case FLUX_RBAC -> "projects/shop-dev/tenant.yaml is as wanted.";
      case ARGO_APPLICATIONS -> "applications/shop-dev.yaml is as wanted.";
    };
  }
}
