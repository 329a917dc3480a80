package tech.kyotu.groundwork.status;

import static tech.kyotu.groundwork.status.Passes.away;
import static tech.kyotu.groundwork.status.Passes.pass;
import static tech.kyotu.groundwork.status.Passes.waits;
import static tech.kyotu.groundwork.status.Situation.situation;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.List;
import java.util.stream.Stream;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Look;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.testing.ProjectFixture;

/** What a deletion waits for, and what stops it. */
final class RemovalSituations {

  private RemovalSituations() {}

  private static ProjectFixture shop() {
    return aProject("shop");
  }

  static Stream<Situation> all() {
    return Stream.of(
        situation(
            23,
            "removal waits",
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
            Judgement.REMOVING),
        situation(
            25,
            "removal fails",
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
            Judgement.REMOVING));
  }

  private static Report release(StepResult... others) {
    return pass(Look.Direction.RELEASE, Holdings.NONE, others);
  }

  private static StepResult removing(StepName step) {
    return waits(step, Reason.REMOVING, "Goes after ArgoApplicationsReady.");
  }
}
