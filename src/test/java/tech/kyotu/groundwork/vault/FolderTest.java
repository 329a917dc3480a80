package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.FakeVault;
import tech.kyotu.groundwork.testing.Settings;

/** A folder of secrets: who becomes its owner, and how much of it is destroyed unasked. */
class FolderTest {
  private final FakeVault vault = new FakeVault();
  private final FakeCluster cluster = new FakeCluster();
  private final Project project = aProject("shop").build();
  private final Project going = aProject("shop").destroyingItsSecrets().beingDeleted().build();
  private final VaultPass pass =
      new VaultPass(Optional.of(vault), cluster, Settings.defaults().vault());

  private void inPlace() {
    cluster.with(project).withNamespaceOf(project);
    pass.converge(project);
    cluster.with(going);
  }

  @Test
  void whoLosesTheRaceForTheMarkerStopsBeforeAnyRight() throws StepException {
    cluster.with(project).withNamespaceOf(project);
    OwnerMark rival = new OwnerMark("u-rival", new ProjectRef("ops", "rival"));
    Map<String, String> its = Map.of("uid", rival.uid(), "owner", rival.owner().toString());
    vault
        .faults()
        .meanwhile(
            "vault.writeOwner",
            () -> vault.faults().meanwhile("vault.owner", () -> write("shop-dev", its)));

    StepResult result = pass.converge(project);

    assertThat(result.reason()).isEqualTo(Reason.OWNERSHIP_CONFLICT);
    assertThat(result.message())
        .isEqualTo("The owner marker of secret/shop-dev was changed while it was written.");
    assertThat(vault.owner("shop-dev")).contains(its);
    assertThat(vault.atRest()).containsOnlyKeys("owner shop-dev");
    // What was lost is lost: the next look finds a foreign owner.
    assertThat(pass.converge(project).reason()).isEqualTo(Reason.SECRETS_RETAINED);
    assertThat(vault.atRest()).containsOnlyKeys("owner shop-dev");
  }

  private void write(String folder, Map<String, String> mark) {
    try {
      vault.writeOwner(folder, mark);
    } catch (StepException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void twentyLevelsAreDestroyed() {
    inPlace();
    vault.withSecret("shop-dev/" + "deeper/".repeat(19) + "x");

    assertThat(pass.release(going).reason()).isEqualTo(Reason.REMOVED);

    assertThat(vault.secretsAtRest()).isEmpty();
    assertThat(vault.atRest()).isEmpty();
  }

  @Test
  void whatIsDeeperIsLeftToAPersonAndNobodyHasARightToItMeanwhile() {
    inPlace();
    String secret = "shop-dev/" + "deeper/".repeat(20) + "x";
    vault.withSecret(secret).withSecret("shop-dev/flat");

    StepResult result = pass.release(going);

    assertLeftToAPerson(result);
    assertThat(vault.secretsAtRest()).containsExactly(secret, "shop-dev/flat");
  }

  @Test
  void aHundredThousandSecretsWouldBeDestroyed() {
    inPlace();
    keep(100_000);
    Project planned = aProject("shop").destroyingItsSecrets().planOnly().beingDeleted().build();

    assertThat(VaultPass.told(pass.release(planned)))
        .contains("DELETE 100000 secrets in secret/shop-dev");
  }

  @Test
  void oneMoreIsLeftToAPersonWithAllOthers() {
    inPlace();
    keep(100_001);

    StepResult result = pass.release(going);

    assertLeftToAPerson(result);
    assertThat(vault.secretsAtRest()).hasSize(100_001);
  }

  private void keep(int secrets) {
    for (int number = 0; number < secrets; number++) {
      vault.withSecret("shop-dev/s" + number);
    }
  }

  private void assertLeftToAPerson(StepResult result) {
    assertThat(result.reason()).isEqualTo(Reason.SECRETS_RETAINED);
    assertThat(result.message())
        .isEqualTo(
            "secret/shop-dev holds more than 100000 secrets or 20 levels. Destroy them by hand,"
                + " or set Retain.");
    assertThat(vault.atRest()).as("no right is left").containsOnlyKeys("owner shop-dev");
  }
}
