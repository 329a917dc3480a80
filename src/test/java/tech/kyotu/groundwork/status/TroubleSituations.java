package tech.kyotu.groundwork.status;

import static tech.kyotu.groundwork.status.Passes.away;
import static tech.kyotu.groundwork.status.Passes.but;
import static tech.kyotu.groundwork.status.Passes.rejected;
import static tech.kyotu.groundwork.status.Passes.retrying;
import static tech.kyotu.groundwork.status.Passes.waits;
import static tech.kyotu.groundwork.status.Situation.situation;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.List;
import java.util.stream.Stream;
import tech.kyotu.groundwork.step.Lane;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.testing.ProjectFixture;

/** What goes wrong on the way, one system at a time. */
final class TroubleSituations {

  private TroubleSituations() {}

  private static ProjectFixture shop() {
    return aProject("shop");
  }

  static Stream<Situation> all() {
    return Stream.of(
        situation(
            8,
            "gitlab refuses the token",
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
            Judgement.STALLED),
        situation(
            9,
            "gitlab away during setup",
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
            Judgement.WORKING),
        situation(
            10,
            "gitlab away when settled",
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
            Judgement.READY),
        situation(
            11,
            "gitlab asks to wait",
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
            Judgement.WORKING),
        trouble(
            13,
            "secret refused",
            retrying(
                StepName.REGISTRY_ACCESS,
                Reason.SECRET_UPDATE_FAILED,
                "Token 813 was issued but the pull secret in shop-dev was refused (quota exceeded)."
                    + " The old token stays; 813 is revoked. Free the quota."),
            "Ready=F SecretUpdateFailed, Reconciling=T SecretUpdateFailed,"),
        trouble(
            14,
            "registry refuses the token",
            retrying(
                StepName.REGISTRY_ACCESS,
                Reason.PROBE_FAILED,
                "The registry refused new token 813 (401). The old token stays published until"
                    + " 2026-12-19. Check the registry address in the operator's settings."),
            "Ready=F ProbeFailed, Reconciling=T ProbeFailed,"),
        trouble(
            15,
            "token expired",
            retrying(
                StepName.REGISTRY_ACCESS,
                Reason.TOKEN_EXPIRED,
                "The registry token expired on 2026-11-20 and GitLab does not answer (503). Image"
                    + " pulls fail now. Restore GitLab."),
            "Ready=F TokenExpired, Reconciling=T TokenExpired,"),
        situation(
            16,
            "vault refuses a policy",
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
            Judgement.STALLED),
        situation(
            17,
            "push refused",
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
            Judgement.STALLED),
        situation(
            18,
            "push race lost",
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
            Judgement.WORKING),
        situation(
            19,
            "shared file unreadable",
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
            Judgement.STALLED));
  }

  private static Situation trouble(int number, String title, StepResult result, String conditions) {
    return situation(
        number,
        title,
        shop().build(),
        List.of(but(), but(result)),
        conditions,
        result.message() + " Next try 12:04 UTC. 5 of 6 in place.",
        Judgement.WORKING);
  }
}
