package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.step.StepResult.State;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.FakeVault;
import tech.kyotu.groundwork.testing.FaultPoints;
import tech.kyotu.groundwork.testing.FaultPoints.Moment;
import tech.kyotu.groundwork.testing.ProjectFixture;
import tech.kyotu.groundwork.testing.Settings;

class VaultAccessStepTest {
  private static final String MAIL = "team@example.org";
  private static final String ROLE = "project-shop-dev";

  private final FakeVault vault = new FakeVault();
  private final FakeCluster cluster = new FakeCluster();
  private final Project project = shop().build();
  private VaultPass pass = passWith(Map.of());

  private static ProjectFixture shop() {
    return aProject("shop").in(DEV).ownedBy(MAIL);
  }

  private VaultPass passWith(Map<String, String> settings) {
    return new VaultPass(Optional.of(vault), cluster, Settings.of(settings).vault());
  }

  @BeforeEach
  void theProjectAndItsNamespaceAreThere() {
    cluster.with(project).withNamespaceOf(project);
  }

  @Test
  void bringsEverythingIntoPlaceInThisOrder() {
    StepResult result = pass.converge(project);

    assertThat(result.state()).isEqualTo(State.DONE);
    assertThat(result.message()).isEqualTo(MAIL + " and pods have access to secret/shop-dev.");
    assertThat(VaultPass.told(result))
        .containsExactly(
            "CREATE Owner marker of secret/shop-dev",
            "CREATE Vault group groundwork-" + MAIL,
            "CREATE Vault group project-shop-dev",
            "CREATE Vault policy project-shop-dev-access",
            "CREATE Vault policy project-shop-dev-read",
            "CREATE Vault role project-shop-dev");
    assertThat(VaultPass.events(result)).containsExactly(EventReason.VAULT_ACCESS_WRITTEN);
  }

  @Test
  void tellsItsHoldings() {
    pass.converge(project);

    assertThat(pass.held().asList())
        .extracting(Holding::id, Holding::origin, Holding::reference, Holding::shared)
        .containsExactlyInAnyOrder(
            tuple("vault-secrets", "secret/shop-dev", null),
            tuple("vault-group", "project-shop-dev", null),
            tuple("vault-external-group", "groundwork-" + MAIL, true),
            tuple("vault-policy-access", "project-shop-dev-access", null),
            tuple("vault-policy-read", "project-shop-dev-read", null),
            tuple("vault-role", "auth/kubernetes/role/project-shop-dev", null));
  }

  private static Tuple tuple(String id, String reference, Boolean shared) {
    return Tuple.tuple(id, Origin.CREATED, reference, shared);
  }

  @Test
  void plansNothingOnceItIsInPlace() {
    pass.converge(project);
    vault.faults().forgetCalls();

    StepResult result = pass.converge(project);

    assertThat(result.changes()).isEmpty();
    assertThat(result.state()).isEqualTo(State.DONE);
    assertThat(vault.faults().calls())
        .noneMatch(call -> call.matches("vault[.](write|delete|create).*"));
  }

  @Test
  void isDoneOnlyAfterEverythingWasReadBack() {
    pass.converge(project);

    List<String> calls = vault.faults().calls();
    assertThat(calls.subList(calls.indexOf("vault.writeRole " + ROLE), calls.size()))
        .contains(
            "vault.owner shop-dev",
            "vault.group project-shop-dev",
            "vault.policy project-shop-dev-access",
            "vault.policy project-shop-dev-read",
            "vault.role project-shop-dev",
            "vault.externalGroup " + MAIL);
  }

  @Test
  void writesNothingInPlanMode() {
    StepResult result = pass.converge(shop().planOnly().build());

    assertThat(result.state()).isEqualTo(State.PLANNED);
    assertThat(result.changes()).hasSize(6);
    assertThat(vault.atRest()).isEmpty();
  }

  @Test
  void writesThisRoleForPods() throws StepException {
    pass.converge(project);

    assertThat(vault.role(ROLE))
        .contains(
            new Vault.Role(
                Set.of("vault-reader"),
                Set.of("shop-dev"),
                "vault",
                "serviceaccount_uid",
                Set.of("project-shop-dev-read"),
                Duration.ofMinutes(15),
                Duration.ofHours(1)));
  }

  @Test
  void givesNoRightBeforeTheMarkerIsWritten() {
    vault
        .faults()
        .failOnce(
            "vault.writeOwner",
            Moment.AFTER,
            RetryableException.outcomeUnknown(Reason.REMOTE_UNAVAILABLE, "no answer"));

    StepResult result = pass.converge(project);

    assertThat(result.state()).isEqualTo(State.RETRYING);
    assertThat(vault.atRest()).containsOnlyKeys("owner shop-dev");
    assertThat(pass.converge(project).state()).isEqualTo(State.DONE);
  }

  @Test
  void comesIntoPlaceAfterTrouble() {
    for (String call :
        List.of("writeOwner", "createExternalGroup", "writeGroup", "writePolicy", "writeRole")) {
      FakeVault fresh = new FakeVault();
      fresh
          .faults()
          .failOnce(
              "vault." + call,
              Moment.AFTER,
              RetryableException.outcomeUnknown(Reason.REMOTE_UNAVAILABLE, "no answer"));
      VaultPass its = new VaultPass(Optional.of(fresh), cluster, Settings.defaults().vault());

      assertThat(its.converge(project).state()).as(call).isEqualTo(State.RETRYING);
      StepResult second = its.converge(project);

      assertThat(second.state()).as(call).isEqualTo(State.DONE);
      assertThat(fresh.atRest()).as(call).hasSize(6);
      assertThat(its.converge(project).changes()).as(call).isEmpty();
    }
  }

  @Test
  void movesAccessWhenTheGoogleGroupChanges() throws StepException {
    pass.converge(project);
    Project moved = shop().ownedBy("new.team@example.org").atGeneration(2).build();
    cluster.with(moved);

    StepResult result = pass.converge(moved);

    assertThat(VaultPass.events(result)).containsExactly(EventReason.ACCESS_CHANGED);
    String member = vault.externalGroup("new.team@example.org").orElseThrow().id();
    assertThat(vault.group(ROLE).orElseThrow().members()).containsExactly(member);
    assertThat(vault.externalGroup(MAIL)).isEmpty();
  }

  @Test
  void leavesNothingOfTheFormerGoogleGroupWhereverItDiesInBetween() throws StepException {
    Project moved = shop().ownedBy("new.team@example.org").atGeneration(2).build();
    int deaths = 0;
    for (int call = 1; call <= 20; call++) {
      for (FaultPoints.Moment moment : FaultPoints.Moment.values()) {
        cluster.with(project);
        passWith(Map.of()).converge(project);
        assertThat(vault.externalGroup(MAIL)).isPresent();
        cluster.with(moved);
        vault.faults().crashAt(call, moment);
        if (passWith(Map.of()).converge(moved).state() != State.DONE) {
          deaths++;
        }
        vault.faults().heal();
        assertThat(passWith(Map.of()).converge(moved).state()).isEqualTo(State.DONE);
        String place = "died at call " + call + " " + moment;
        assertThat(vault.group("groundwork-" + MAIL)).as(place).isEmpty();
        String member = vault.externalGroup("new.team@example.org").orElseThrow().id();
        assertThat(vault.group(ROLE).orElseThrow().members()).as(place).containsExactly(member);
        assertThat(vault.group(ROLE).orElseThrow().metadata())
            .as(place)
            .containsEntry(Marks.PEOPLE, "new.team@example.org");
      }
    }
    assertThat(deaths).isGreaterThan(20);
  }

  @Test
  void keepsTheOldGoogleGroupThatAnotherProjectUses() throws StepException {
    Project other = aProject("other").in(DEV).ownedBy(MAIL).build();
    cluster.with(other).withNamespaceOf(other);
    pass.converge(project);
    passWith(Map.of()).converge(other);
    Project moved = shop().ownedBy("new.team@example.org").atGeneration(2).build();
    cluster.with(moved);

    assertThat(pass.converge(moved).state()).isEqualTo(State.DONE);

    String id = vault.externalGroup(MAIL).orElseThrow().id();
    assertThat(vault.group("project-other-dev").orElseThrow().members()).containsExactly(id);
  }

  @Test
  void usesTheGroupThatSomebodyMadeForTheGoogleGroupMeanwhile() throws StepException {
    vault
        .faults()
        .meanwhile("vault.createExternalGroup", () -> vault.withExternalGroup("team", MAIL));

    assertThat(pass.converge(project).state()).isEqualTo(State.DONE);

    String id = vault.externalGroup(MAIL).orElseThrow().id();
    assertThat(vault.group(ROLE).orElseThrow().members()).containsExactly(id);
  }

  @Test
  void makesTheGroupAnewThatAnotherProjectGaveUpMeanwhile() throws StepException {
    vault.createExternalGroup(MAIL);
    Vault.Group doomed = vault.externalGroup(MAIL).orElseThrow();
    vault.faults().meanwhile("vault.writeGroup", () -> delete(doomed));

    assertThat(pass.converge(project).state()).isEqualTo(State.DONE);

    String id = vault.externalGroup(MAIL).orElseThrow().id();
    assertThat(vault.group(ROLE).orElseThrow().members()).containsExactly(id);
    assertThat(id).isNotEqualTo(doomed.id());
  }

  private void delete(Vault.Group group) {
    try {
      vault.deleteExternalGroup(group);
    } catch (StepException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void putsBackWhatWasChangedByHand() throws StepException {
    pass.converge(project);
    Map<String, Object> before = vault.atRest();
    vault.writePolicy(
        "project-shop-dev-access",
        vault.policy("project-shop-dev-access").orElseThrow()
            + "path \"*\" { capabilities = [\"sudo\"] }");
    vault.deleteRole(ROLE);
    vault.withExternalGroup("strangers", "strangers@example.org");
    Vault.Group group = vault.group(ROLE).orElseThrow();
    String stranger = vault.externalGroup("strangers@example.org").orElseThrow().id();
    vault.withGroup(ROLE, Set.of("admin"), Set.of(stranger), group.metadata());

    StepResult result = pass.converge(project);

    assertThat(VaultPass.told(result))
        .containsExactly(
            "UPDATE Vault group project-shop-dev",
            "UPDATE Vault policy project-shop-dev-access",
            "CREATE Vault role project-shop-dev");
    assertThat(VaultPass.events(result)).containsOnly(EventReason.DRIFT_REPAIRED).hasSize(3);
    assertThat(vault.atRest()).containsAllEntriesOf(before);
  }

  @Test
  void putsBackAGroupAndAMarkerThatAreGone() throws StepException {
    vault.withExternalGroup("team", MAIL);
    pass.converge(project);
    vault.withSecret("shop-dev/db");
    for (String gone : List.of("group", "marker")) {
      if (gone.equals("group")) {
        vault.deleteGroup(ROLE);
      } else {
        vault.deleteOwner("shop-dev");
      }

      StepResult result = pass.converge(project);

      assertThat(result.state()).as(gone).isEqualTo(State.DONE);
      assertThat(result.changes())
          .as(gone)
          .singleElement()
          .satisfies(
              change -> {
                assertThat(change.reason()).isEqualTo("it is gone");
                assertThat(change.event()).contains(EventReason.DRIFT_REPAIRED);
              });
    }
  }

  @Test
  void leavesAGroupMadeByHandAsItIs() throws StepException {
    vault.withExternalGroup("team", MAIL, "their-own-policy");
    Vault.Group before = vault.externalGroup(MAIL).orElseThrow();

    pass.converge(project);

    assertThat(vault.group(ROLE).orElseThrow().members()).containsExactly(before.id());
    assertThat(vault.externalGroup(MAIL).orElseThrow().policies())
        .containsExactly("their-own-policy");
    pass.release(shop().beingDeleted().build());
    assertThat(vault.externalGroup(MAIL)).isPresent();
  }

  @Test
  void leavesAGroupMadeByHandThoughNothingUsesItAnyMore() throws StepException {
    vault.withExternalGroup("team", MAIL);
    pass.converge(project);

    pass.release(shop().beingDeleted().build());

    assertThat(vault.externalGroup(MAIL)).isPresent();
  }

  @Test
  void leavesItsOwnGroupOfAGoogleGroupOncePeopleGaveItAPolicy() throws StepException {
    pass.converge(project);
    Vault.Group ours = vault.externalGroup(MAIL).orElseThrow();
    vault.withPolicyByHand(ours.name(), "their-own-policy");

    pass.release(shop().beingDeleted().build());

    assertThat(vault.externalGroup(MAIL).orElseThrow().policies())
        .containsExactly("their-own-policy");
  }

  @Test
  void adoptsWhatIsNobodys() {
    vault.withGroup(ROLE, Set.of("something"), Set.of(), Map.of());

    StepResult result = pass.converge(project);

    assertThat(result.state()).isEqualTo(State.DONE);
    assertThat(VaultPass.told(result)).contains("ADOPT Vault group project-shop-dev");
    assertThat(pass.held().thing("vault-group").orElseThrow().origin()).isEqualTo(Origin.ADOPTED);
    assertThat(pass.converge(project).changes()).isEmpty();
  }

  @Test
  void adoptsNothingUnderNeverAndWritesNothing() throws StepException {
    vault.writePolicy("project-shop-dev-read", "path \"x\" {}");
    Map<String, Object> before = vault.atRest();

    StepResult result = pass.converge(shop().neverAdopting().build());

    assertThat(result.reason()).isEqualTo(Reason.ADOPTION_FORBIDDEN);
    assertThat(result.message()).contains("kyotu.tech/adopt: vault-policy-read");
    assertThat(vault.atRest()).isEqualTo(before);
  }

  @Test
  void adoptsARoleThatStandsAloneOnlyIfAllowed() throws StepException {
    vault.writeRole(
        ROLE,
        new Vault.Role(Set.of("*"), Set.of("*"), "", "", Set.of(), Duration.ZERO, Duration.ZERO));

    StepResult refused = pass.converge(shop().neverAdopting().build());
    assertThat(refused.reason()).isEqualTo(Reason.ADOPTION_FORBIDDEN);

    StepResult adopted = pass.converge(project);
    assertThat(VaultPass.told(adopted)).contains("ADOPT Vault role project-shop-dev");
    assertThat(vault.role(ROLE).orElseThrow().namespaces()).containsExactly("shop-dev");
  }

  @Test
  void refusesWhatBelongsToAnotherProjectAndWritesNothing() {
    Project rival = aProject("rival").build();
    cluster.with(rival);
    vault.withGroup(ROLE, Set.of(), Set.of(), Marks.metadata(OwnerMark.of(rival), Origin.CREATED));
    Map<String, Object> before = vault.atRest();

    StepResult result = pass.converge(project);

    assertThat(result.reason()).isEqualTo(Reason.OWNERSHIP_CONFLICT);
    assertThat(result.message())
        .isEqualTo(
            "Vault group project-shop-dev belongs to Project ops/rival-dev. Delete one of the"
                + " two.");
    assertThat(vault.atRest()).isEqualTo(before);
  }

  @Test
  void reattachesWhatAnEarlierLifeOfTheSameProjectHeld() {
    OwnerMark earlier = new OwnerMark("gone", project.ref());
    vault.withGroup(ROLE, Set.of(), Set.of(), Marks.metadata(earlier, Origin.CREATED));

    StepResult result = pass.converge(project);

    assertThat(result.state()).isEqualTo(State.DONE);
    assertThat(VaultPass.events(result))
        .containsExactly(EventReason.REATTACHED, EventReason.VAULT_ACCESS_WRITTEN);
  }

  @Test
  void neverInheritsSecretsByChoosingAFreeName() {
    vault.withSecret("shop-dev/db");

    StepResult result = pass.converge(project);

    assertThat(result.reason()).isEqualTo(Reason.SECRETS_RETAINED);
    assertThat(result.message()).contains("vault.adopt-unmarked");
    assertThat(vault.atRest()).isEmpty();
    StepResult listed =
        passWith(Map.of("vault.adopt-unmarked", "shop-dev,other-dev")).converge(project);
    assertThat(VaultPass.told(listed)).contains("ADOPT Owner marker of secret/shop-dev");
  }

  @Test
  void claimsUnmarkedSecretsOfANamespaceThatExistedBefore() {
    vault.withSecret("shop-dev/db");
    pass.knowing(
        Holdings.NONE.with(Holding.of("namespace", "Namespace", Origin.ADOPTED, "shop-dev")));

    StepResult result = pass.converge(project);

    assertThat(VaultPass.told(result)).contains("ADOPT Owner marker of secret/shop-dev");
    assertThat(pass.held().thing("vault-secrets").orElseThrow().origin()).isEqualTo(Origin.ADOPTED);
  }

  @Test
  void givesSecretsOfAnEarlierOwnerOnlyToWhomAPersonAllowedIt() throws StepException {
    vault.writeOwner(
        "shop-dev", Marks.metadata(new OwnerMark("earlier", project.ref()), Origin.CREATED));
    vault.withSecret("shop-dev/db");
    Map<String, Object> before = vault.atRest();

    StepResult refused = pass.converge(project);
    assertThat(refused.reason()).isEqualTo(Reason.SECRETS_RETAINED);
    assertThat(vault.atRest()).isEqualTo(before);

    Project allowed = shop().annotated(Project.ADOPT, "vault-secrets").build();
    StepResult adopted = pass.converge(allowed);
    assertThat(adopted.state()).isEqualTo(State.DONE);
    assertThat(VaultPass.told(adopted)).contains("ADOPT Owner marker of secret/shop-dev");
    assertThat(pass.converge(project).changes()).isEmpty();
  }

  @Test
  void neverTakesSecretsFromALivingProject() throws StepException {
    Project owner = aProject("owner").build();
    cluster.with(owner);
    vault.writeOwner("shop-dev", Marks.metadata(OwnerMark.of(owner), Origin.CREATED));

    StepResult result =
        pass.converge(shop().annotated(Project.ADOPT, "vault-secrets,vault-group").build());

    assertThat(result.reason()).isEqualTo(Reason.SECRETS_RETAINED);
    assertThat(vault.atRest()).containsOnlyKeys("owner shop-dev");
  }

  @Test
  void writesNoRoleForANamespaceThatIsNotOurs() throws StepException {
    cluster.finishDeletion("shop-dev");
    cluster.withNamespace("shop-dev");

    StepResult result = pass.converge(project);

    assertThat(result.reason()).isEqualTo(Reason.OWNERSHIP_CONFLICT);
    assertThat(vault.role(ROLE)).isEmpty();
  }

  @Test
  void namesTheEngineOfAnotherVersion() {
    vault.setKeyValueVersion(Optional.of(1));

    StepResult result = pass.converge(project);

    assertThat(result.reason()).isEqualTo(Reason.PREREQUISITE_MISSING);
    assertThat(result.message()).contains("version 1", "vault.kv-version says 2");
    assertThat(vault.atRest()).isEmpty();
  }

  @Test
  void isInPlaceWhereNoVaultIsConfigured() {
    VaultPass none = new VaultPass(Optional.empty(), cluster, Settings.defaults().vault());

    assertThat(none.converge(project).message()).isEqualTo("No Vault configured.");
    assertThat(none.release(project).reason()).isEqualTo(Reason.REMOVED);
  }

  @Test
  void saysWhatMayLiveOnInAVaultThatIsNoLongerConfigured() {
    pass.converge(project);
    VaultPass none =
        new VaultPass(Optional.empty(), cluster, Settings.defaults().vault()).knowing(pass.held());

    StepResult result = none.release(shop().beingDeleted().build());

    assertThat(result.reason()).isEqualTo(Reason.RETAINED);
    assertThat(VaultPass.told(result))
        .contains("RETAIN VaultRole auth/kubernetes/role/project-shop-dev")
        .hasSize(6);
  }

  @Test
  void takesRightsAwayInThisOrderAndKeepsSecrets() {
    vault.withSecret("other-dev/db");
    pass.converge(project);
    vault.withSecret("shop-dev/db");

    StepResult result = pass.release(shop().beingDeleted().build());

    assertThat(result.reason()).isEqualTo(Reason.RETAINED);
    assertThat(VaultPass.told(result))
        .containsExactly(
            "DELETE Vault role project-shop-dev",
            "DELETE Vault group project-shop-dev",
            "DELETE Vault policy project-shop-dev-access",
            "DELETE Vault policy project-shop-dev-read",
            "DELETE Vault group groundwork-" + MAIL,
            "RETAIN Secrets in secret/shop-dev");
    assertThat(vault.atRest()).containsOnlyKeys("owner shop-dev");
    assertThat(vault.secretsAtRest()).containsExactly("other-dev/db", "shop-dev/db");
    assertThat(pass.held().asList()).extracting(Holding::id).containsExactly("vault-secrets");
  }

  @Test
  void destroysOnlyItsOwnSecretsIfAskedTo() {
    vault.withSecret("shop-dev2/db");
    pass.converge(project);
    vault.withSecret("shop-dev/db").withSecret("shop-dev/a/b/c").withSecret("shop-dev/a/d");

    StepResult result = pass.release(shop().destroyingItsSecrets().beingDeleted().build());

    assertThat(result.reason()).isEqualTo(Reason.REMOVED);
    assertThat(VaultPass.told(result))
        .contains("DELETE 3 secrets in secret/shop-dev", "DELETE Owner marker of secret/shop-dev");
    assertThat(vault.secretsAtRest()).containsExactly("shop-dev2/db");
    assertThat(vault.atRest()).isEmpty();
    assertThat(pass.held().asList()).isEmpty();
  }

  @Test
  void takesAwayTheGroupThatNeverGotItsAlias() {
    vault.withGroupThatLacksItsAlias(MAIL);

    pass.release(shop().beingDeleted().build());

    assertThat(vault.atRest()).isEmpty();
  }

  @Test
  void endsEmptyOrRetainedAfterTroubleAtAnyPlace() {
    for (String call :
        List.of(
            "deleteRole",
            "deleteGroup",
            "deletePolicy",
            "destroy",
            "deleteOwner",
            "deleteExternalGroup",
            "policy",
            "list")) {
      FakeVault fresh = new FakeVault();
      VaultPass its = new VaultPass(Optional.of(fresh), cluster, Settings.defaults().vault());
      its.converge(project);
      fresh.withSecret("shop-dev/db");
      Project going = shop().destroyingItsSecrets().beingDeleted().build();
      fresh
          .faults()
          .failOnce(
              "vault." + call,
              Moment.AFTER,
              RetryableException.outcomeUnknown(Reason.REMOTE_UNAVAILABLE, "no answer"));

      assertThat(its.release(going).state()).as(call).isEqualTo(State.RETRYING);
      assertThat(its.release(going).state()).as(call).isEqualTo(State.DONE);

      assertThat(fresh.atRest()).as(call).isEmpty();
      assertThat(fresh.secretsAtRest()).as(call).isEmpty();
    }
  }

  @Test
  void neverTakesAnErrorForAbsence() {
    pass.converge(project);
    Map<String, Object> before = new HashMap<>(vault.atRest());
    vault
        .faults()
        .failAlways(
            "vault.", new RejectedException(Reason.ACCESS_DENIED, "Vault refused to read it."));

    assertThat(pass.release(shop().beingDeleted().build()).state()).isEqualTo(State.REJECTED);
    assertThat(vault.atRest()).isEqualTo(before);
  }

  @Test
  void takesAwayAlsoWhatLostItsMark() throws StepException {
    pass.converge(project);
    vault.writePolicy("project-shop-dev-access", "path \"*\" { capabilities = [\"sudo\"] }");
    vault.withGroup(ROLE, Set.of("admin"), Set.of(), Map.of());

    pass.release(shop().beingDeleted().build());

    assertThat(vault.atRest()).containsOnlyKeys("owner shop-dev");
  }

  @Test
  void putsBackWhatLostItsMarkAlsoUnderNever() throws StepException {
    pass.converge(project);
    Map<String, Object> before = vault.atRest();
    vault.writePolicy("project-shop-dev-access", "path \"*\" { capabilities = [\"sudo\"] }");
    vault.withGroup(ROLE, Set.of("admin"), Set.of(), Map.of());

    StepResult result = pass.converge(shop().neverAdopting().build());

    assertThat(VaultPass.events(result)).containsOnly(EventReason.DRIFT_REPAIRED).hasSize(2);
    assertThat(vault.atRest()).isEqualTo(before);
  }

  @Test
  void leavesTheThingsOfAnotherOwnerOfTheNameAlone() {
    pass.converge(project);
    Project loser = shop().named("second").build();
    cluster.with(loser);
    Map<String, Object> before = vault.atRest();

    StepResult result = passWith(Map.of()).release(loser);

    assertThat(result.reason()).isEqualTo(Reason.REMOVED);
    assertThat(result.changes()).isEmpty();
    assertThat(vault.atRest()).isEqualTo(before);
  }

  @Test
  void removesASharedGoogleGroupWithItsLastProject() throws StepException {
    Project other = aProject("other").in(DEV).ownedBy(MAIL).build();
    cluster.with(other).withNamespaceOf(other);
    VaultPass its = passWith(Map.of());
    pass.converge(project);
    its.converge(other);
    Project going = shop().beingDeleted().build();
    cluster.with(going);

    pass.release(going);
    assertThat(vault.externalGroup(MAIL)).isPresent();
    assertThat(its.converge(other).changes()).isEmpty();

    cluster.forget(going);
    its.release(other);
    assertThat(vault.externalGroup(MAIL)).isEmpty();
  }

  @Test
  void isNotHeldUpByAnotherProjectThatHasNoSpec() {
    Project broken = aProject("broken").build();
    broken.setSpec(null);
    cluster.with(broken);
    pass.converge(project);

    StepResult result = pass.release(shop().destroyingItsSecrets().beingDeleted().build());

    assertThat(result.reason()).isEqualTo(Reason.REMOVED);
    assertThat(vault.atRest()).isEmpty();
  }

  @Test
  void removesTheGoogleGroupThatAccessHadNotMovedAwayFrom() throws StepException {
    pass.converge(project);
    Project going =
        shop().ownedBy("new.team@example.org").destroyingItsSecrets().beingDeleted().build();
    cluster.with(going);

    pass.release(going);

    assertThat(vault.atRest()).isEmpty();
  }

  @Test
  void removesASharedGoogleGroupAlsoWhenBothProjectsGoAtOnce() throws StepException {
    Project first = shop().destroyingItsSecrets().beingDeleted().build();
    Project second =
        aProject("other").in(DEV).ownedBy(MAIL).destroyingItsSecrets().beingDeleted().build();
    cluster.with(second).withNamespaceOf(second);
    VaultPass its = passWith(Map.of());
    pass.converge(project);
    its.converge(aProject("other").in(DEV).ownedBy(MAIL).build());
    cluster.with(first);

    pass.release(first);
    its.release(second);

    assertThat(vault.atRest()).isEmpty();
  }

  @Test
  void treatsThePlaceOfTheOwnerAsTextOnly() {
    OwnerMark mark = new OwnerMark("u-1", new ProjectRef("ops", "shop-dev"));

    assertThat(Marks.ofPolicy(Marks.firstLine(mark) + "\npath \"x\" {}")).contains(mark);
    assertThat(Marks.ofPolicy("path \"x\" {}\n" + Marks.firstLine(mark))).isEmpty();
    assertThat(Marks.ofPolicy("")).isEmpty();
    assertThat(Marks.of(Marks.metadata(mark, Origin.ADOPTED))).contains(mark);
    assertThat(Marks.of(Map.of())).isEmpty();
  }
}
