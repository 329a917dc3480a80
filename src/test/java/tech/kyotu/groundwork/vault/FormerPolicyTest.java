package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.step.StepResult.State;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.FakeVault;
import tech.kyotu.groundwork.testing.Settings;

/** The move of people's rights from the shared files, which another tool reads, to Vault's API. */
class FormerPolicyTest {
  private static final String FORMER = "shop-dev_access";
  private static final String IN_PLACE =
      "team@example.org and pods have access to secret/shop-dev.";

  private final FakeVault vault = new FakeVault();
  private final FakeCluster cluster = new FakeCluster();
  private final GroundworkConfig.Vault settings = Settings.defaults().vault();
  private final Project project = aProject("shop").build();
  private final Project going = aProject("shop").beingDeleted().build();
  private final VaultPass pass = new VaultPass(Optional.of(vault), cluster, settings);

  @BeforeEach
  void theSharedFilesGaveTheRight() throws StepException {
    cluster.with(project).withNamespaceOf(project);
    vault.writePolicy(FORMER, new PeoplePolicy(settings).rules(project));
    vault.writePolicy("other-dev_access", "path \"theirs\" { capabilities = [\"read\"] }");
    pass.knowing(
        Holdings.NONE.with(
            List.of(Holding.of("vault-shared-policy", "VaultPolicy", Origin.CREATED, FORMER))));
  }

  private void mayNotLook() {
    vault
        .faults()
        .failAlways(
            "vault.policy " + FORMER,
            new RejectedException(Reason.ACCESS_DENIED, "Vault refused to read it (403)."));
  }

  @Test
  void theFormerPolicyGoesOnceEverythingElseIsInPlaceAndNoSooner() throws StepException {
    StepResult first = pass.converge(project);
    StepResult second = pass.converge(project);

    assertThat(first.state()).isEqualTo(State.DONE);
    List<String> calls = vault.faults().calls();
    assertThat(calls.indexOf("vault.deletePolicy " + FORMER))
        .isGreaterThan(calls.indexOf("vault.writeRole project-shop-dev"));
    assertThat(vault.policy(FORMER)).isEmpty();
    assertThat(vault.policy("other-dev_access")).isPresent();
    assertThat(second.changes()).isEmpty();
    assertThat(second.message()).isEqualTo(IN_PLACE);
  }

  @Test
  void itGoesAgainIfTheOtherToolPutsItBack() throws StepException {
    pass.converge(project);
    vault.writePolicy(FORMER, new PeoplePolicy(settings).rules(project));

    assertThat(VaultPass.told(pass.converge(project)))
        .containsExactly("DELETE Vault policy " + FORMER);

    assertThat(vault.policy(FORMER)).isEmpty();
  }

  @Test
  void whoMayNotLookSaysWhatMayStillGiveRights() {
    mayNotLook();

    StepResult result = pass.converge(project);

    assertThat(result.state()).isEqualTo(State.DONE);
    assertThat(result.message())
        .isEqualTo(IN_PLACE + " Vault policy shop-dev_access may still give rights: delete it.");
    assertThat(vault.faults().calls()).doesNotContain("vault.deletePolicy " + FORMER);
  }

  @Test
  void whoMayNotLookFindsInTheListOfNamesThatItIsGone() throws StepException {
    vault.deletePolicy(FORMER);
    mayNotLook();

    assertThat(pass.converge(project).message()).isEqualTo(IN_PLACE);
  }

  @Test
  void aPolicyThatSomebodyElseWroteStaysAndIsNamed() throws StepException {
    vault.writePolicy(FORMER, "path \"theirs\" { capabilities = [\"read\"] }");

    StepResult result = pass.converge(project);

    assertThat(result.message()).endsWith(FORMER + " may still give rights: delete it.");
    assertThat(vault.policy(FORMER)).isPresent();
  }

  @Test
  void aDeletionTakesItAlongAndForgetsIt() throws StepException {
    pass.converge(project);
    vault.writePolicy(FORMER, new PeoplePolicy(settings).rules(project));
    cluster.with(going);

    assertThat(VaultPass.told(pass.release(going))).contains("DELETE Vault policy " + FORMER);

    assertThat(vault.policy(FORMER)).isEmpty();
    assertThat(pass.held().asList()).extracting(Holding::id).containsExactly("vault-secrets");
  }

  @Test
  void aDeletionSaysWhatItCannotTakeAlong() throws StepException {
    pass.converge(project);
    vault.writePolicy(FORMER, new PeoplePolicy(settings).rules(project));
    mayNotLook();
    cluster.with(going);

    assertThat(VaultPass.told(pass.release(going))).contains("RETAIN Vault policy " + FORMER);
  }
}
