package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.FakeVault;
import tech.kyotu.groundwork.testing.ProjectFixture;
import tech.kyotu.groundwork.testing.Settings;

class VaultSweepTest {
  private static final String MAIL = "team@example.org";

  private final FakeVault vault = new FakeVault();
  private final FakeCluster cluster = new FakeCluster();
  private final List<OwnerMark> woken = new ArrayList<>();
  private final VaultSweep sweep = new VaultSweep(vault, cluster, woken::add);

  private Project settled(String projectId) {
    return settled(projectId, UnaryOperator.identity());
  }

  /** A Project whose things are in Vault and whose status says so. */
  private Project settled(String projectId, UnaryOperator<ProjectFixture> later) {
    Project fresh = aProject(projectId).in(DEV).ownedBy(MAIL).build();
    cluster.with(fresh).withNamespaceOf(fresh);
    VaultPass pass = new VaultPass(Optional.of(vault), cluster, Settings.defaults().vault());
    pass.converge(fresh);
    ProjectFixture now = aProject(projectId).in(DEV).ownedBy(MAIL).withStatus(pass.status());
    Project known = later.apply(now).build();
    cluster.with(known);
    vault.faults().forgetCalls();
    return known;
  }

  @Test
  void asksForThreeListsHoweverManyProjectsThereAre() {
    for (int index = 0; index < 20; index++) {
      settled("shop" + index);
    }

    sweep.run();

    assertThat(vault.faults().calls())
        .containsExactly("vault.policies", "vault.groups", "vault.roles");
    assertThat(woken).isEmpty();
  }

  @Test
  void asksNothingWhereNobodyHoldsAnything() {
    cluster.with(aProject("shop").build());

    sweep.run();

    assertThat(vault.faults().calls()).isEmpty();
  }

  @Test
  void wakesTheOneWhoseThingIsMissingWhicheverItIs() throws StepException {
    Project shop = settled("shop");
    settled("other");
    Set<String> things =
        Set.of(
            "policy project-shop-dev-access",
            "policy project-shop-dev-read",
            "group project-shop-dev",
            "role project-shop-dev");
    for (String thing : things) {
      String name = thing.substring(thing.indexOf(' ') + 1);
      switch (thing.substring(0, thing.indexOf(' '))) {
        case "policy" -> vault.deletePolicy(name);
        case "group" -> vault.deleteGroup(name);
        default -> vault.deleteRole(name);
      }
      woken.clear();

      sweep.run();

      assertThat(woken).as(thing).containsExactly(OwnerMark.of(shop));
      settled("shop");
    }
  }

  @Test
  void wakesEverybodyWhoUsesAGoogleGroupThatIsMissing() throws StepException {
    Project one = settled("one");
    Project two = settled("two");
    vault.deleteExternalGroup(vault.externalGroup(MAIL).orElseThrow());

    sweep.run();

    assertThat(woken).containsExactlyInAnyOrder(OwnerMark.of(one), OwnerMark.of(two));
  }

  @Test
  void wakesNobodyWhenAListFails() throws StepException {
    settled("shop");
    vault.deletePolicy("project-shop-dev-read");
    for (String list : List.of("policies", "groups", "roles")) {
      vault
          .faults()
          .failAlways(
              "vault." + list,
              new RetryableException(Reason.REMOTE_UNAVAILABLE, "Vault is sealed or away (503)."));

      sweep.run();

      assertThat(woken).as(list).isEmpty();
      assertThatThrownBy(sweep::missing).isInstanceOf(StepException.class);
      vault.faults().heal();
    }
  }

  @Test
  void leavesAloneWhoIsBeingDeletedOrSuspended() throws StepException {
    settled("going", ProjectFixture::beingDeleted);
    settled("resting", ProjectFixture::suspended);
    settled("shop");
    for (String name : List.of("going", "resting")) {
      vault.deleteRole("project-" + name + "-dev");
    }

    sweep.run();

    assertThat(woken).isEmpty();
  }
}
