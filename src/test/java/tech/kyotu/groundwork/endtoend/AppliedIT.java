package tech.kyotu.groundwork.endtoend;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.ArgoKinds;
import tech.kyotu.groundwork.testing.FluxKind;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * The condition {@code Applied} of a whole Project where neither Flux nor Argo CD runs: what their
 * objects say, the test says. A world of its own, since no deletion would end in it.
 */
@Tag("trouble")
class AppliedIT {

  private static final String APPLIED = "Applied";

  @Test
  void whatFluxAndArgoCdLackIsToldInTheOrderInWhichTheyFollow() {
    ServerBinary.require(ServerBinary.values());
    Map<String, String> following =
        Map.of(
            "groundwork.flux.follow", "true",
            "groundwork.argo.follow", "true",
            "groundwork.applied.enabled", "true");
    try (World world = World.start(Wishes.in("applied-it").withAuditLog());
        Installation at = Installation.in(world, following)) {
      at.settle("shop");
      at.awaitStep(
          "shop",
          APPLIED,
          "Unknown FollowerMissing",
          "The operator sees no Flux Kustomization flux-system/projects.");
      try (FluxKind flux = new FluxKind(at.admin());
          ArgoKinds unused = new ArgoKinds(at.admin())) {
        flux.applied("projects", "");
        at.awaitStep(
            "shop",
            APPLIED,
            "False AwaitingFlux",
            "Flux last applied nothing. Wait, or run flux reconcile.");
        flux.applied("projects", "main@sha1:" + world.flux().tip());
        at.awaitStep(
            "shop",
            APPLIED,
            "False AwaitingArgoCD",
            "Argo CD does not have AppProject shop-dev as it is on the branch.");
      }
    }
  }
}
