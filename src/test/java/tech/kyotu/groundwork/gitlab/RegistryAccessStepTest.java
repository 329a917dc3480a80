package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.api.EnvironmentType.QA;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.RegistryToken;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.Verb;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.FaultPoints.Moment;

class RegistryAccessStepTest {

  private static final Duration PAST_GRACE = Duration.ofHours(25);
  private static final Duration UNTIL_DUE = Duration.ofDays(46);

  private final RegistryWorld world = new RegistryWorld();
  private final Project shop = aProject("shop").in(DEV).build();

  private static Project asking(String when) {
    return aProject("shop").in(DEV).annotated(Project.ROTATE_TOKEN, when).build();
  }

  @Test
  void makesAProjectWithTwoCallsToGitLabBesideTheSharedList() throws StepException {
    world.givenNamespaceOf(shop);
    StepPass pass = world.converge(shop);
    assertThat(world.faults.calls("gitlab."))
        .containsExactly(
            "gitlab.findGroup platform",
            "gitlab.children platform",
            "gitlab.createGroup platform/shop",
            "gitlab.issueToken 42");
    assertThat(world.faults.calls("cluster."))
        .containsExactly("cluster.createSecret shop-dev", "cluster.attach shop-dev");
    assertThat(pass.events())
        .containsExactly(EventReason.TOKEN_ISSUED, EventReason.PULL_SECRET_WRITTEN);
    assertThat(pass.message()).isEqualTo("Token 801 valid until 2027-01-19.");
    world.assertAtRest(shop);
  }

  @Test
  void anotherEnvironmentOfTheGroupCostsOneList() throws StepException {
    world.givenInPlace(shop);
    world.held = Holdings.NONE;
    Project qa = aProject("shop").in(QA).build();
    world.givenNamespaceOf(qa);
    world.restart();
    world.converge(qa);
    assertThat(world.faults.calls("gitlab."))
        .containsExactly(
            "gitlab.findGroup platform",
            "gitlab.children platform",
            "gitlab.tokens 42",
            "gitlab.issueToken 42");
    world.assertAtRest(shop);
    world.assertAtRest(qa);
  }

  @Test
  void aSettledProjectIsOnlyRead() throws StepException {
    world.givenInPlace(shop);
    world.later(Duration.ofMinutes(15));
    StepPass pass = world.converge(shop);
    assertThat(pass.made()).isEmpty();
    assertThat(world.faults.calls())
        .containsExactly(
            "gitlab.findGroup platform",
            "gitlab.children platform",
            "cluster.getSecret shop-dev",
            "gitlab.tokens 42");
  }

  @Test
  void theStatusTellsTheTokensLife() throws StepException {
    world.givenInPlace(shop);
    RegistryToken token = world.held.token();
    assertThat(token.id()).isEqualTo(801);
    assertThat(token.issuedAt()).isEqualTo("2026-11-20T12:04:00Z");
    assertThat(token.expiresAt()).isEqualTo("2027-01-19");
    assertThat(token.previousId()).isNull();
    assertThat(world.held.thing("pull-secret").orElseThrow().reference())
        .isEqualTo("shop-dev/gitlab-registry-image-pull-secret");
  }

  @Test
  void aDueTokenIsReplacedWithoutAGapAndRevokedAfterTheGrace() throws StepException {
    world.givenInPlace(shop);
    world.later(UNTIL_DUE);
    StepPass rotation = world.converge(shop);
    assertThat(rotation.events()).containsExactly(EventReason.TOKEN_ROTATED);
    assertThat(rotation.message())
        .isEqualTo(
            "Token 802 valid until 2027-03-06; token 801 is revoked after 2027-01-06 12:04 UTC.");
    assertThat(world.living(shop)).extracting(Token::id).containsExactly(801L, 802L);
    world.assertPullsWork(shop);

    world.later(PAST_GRACE);
    StepPass revocation = world.converge(shop);
    assertThat(revocation.events()).containsExactly(EventReason.TOKEN_REVOKED);
    world.assertAtRest(shop);
    assertThat(world.converge(shop).made()).isEmpty();
    assertThat(world.faults.calls("gitlab.issueToken")).hasSize(1);
    assertThat(world.faults.calls("gitlab.revokeToken")).containsExactly("gitlab.revokeToken 801");
  }

  @Test
  void aRotationIsLookedAtAgainWhenItsGraceIsOver() throws StepException {
    world.settings.put("gitlab.token-grace", "10m");
    world.restart();
    world.givenInPlace(shop);
    StepPass rotation = world.converge(asking("one"));
    assertThat(rotation.plan().lookAgainAt())
        .hasValue(world.clock.instant().plus(Duration.ofMinutes(10)));
  }

  @Test
  void aRequestIsHandledOnce() throws StepException {
    world.givenInPlace(shop);
    assertThat(world.converge(asking("one")).events()).containsExactly(EventReason.TOKEN_ROTATED);
    assertThat(world.converge(asking("one")).made()).isEmpty();
    assertThat(world.held.token().lastRotateRequest()).isEqualTo("one");
    assertThat(world.converge(asking("two")).made())
        .as("a second request waits until the previous token is gone")
        .isEmpty();
    world.later(PAST_GRACE);
    world.converge(asking("two"));
    assertThat(world.converge(asking("two")).events()).containsExactly(EventReason.TOKEN_ROTATED);
  }

  @Test
  void keepsTheOldTokenWhenTheProbeFails() throws StepException {
    world.givenInPlace(shop);
    world.registry.refuseAll();
    assertThatThrownBy(() -> world.converge(asking("one")))
        .isInstanceOfSatisfying(
            RetryableException.class,
            trouble -> {
              assertThat(trouble.reason()).isEqualTo(Reason.PROBE_FAILED);
              assertThat(trouble.retryAfter()).hasValue(Duration.ofHours(1));
              assertThat(trouble.sentence())
                  .isEqualTo(
                      "The registry refused new token 802 (401). The old token stays published"
                          + " until 2027-01-19. Check the registry address in the operator's"
                          + " settings.");
            });
    assertThat(world.publishedId(shop)).hasValue(801);
    assertThat(world.living(shop)).extracting(Token::id).containsExactly(801L);
  }

  @Test
  void makesNoTokenWhileTheRegistryIsAway() throws StepException {
    world.givenNamespaceOf(shop);
    world.registry.goDown();
    assertThatThrownBy(() -> world.converge(shop)).isInstanceOf(RetryableException.class);
    assertThat(world.living(shop)).isEmpty();
  }

  @Test
  void revokesTheNewTokenWhenTheSecretIsRefused() throws StepException {
    world.givenInPlace(shop);
    StepException quota =
        new RetryableException(
            Reason.SECRET_UPDATE_FAILED,
            "The pull secret in shop-dev was refused (quota exceeded). Remove what refuses it.");
    world.converge(shop);
    world.faults.failOnce("cluster.createSecret", Moment.BEFORE, quota);
    world.cluster.loseSecret("shop-dev");
    assertThatThrownBy(() -> world.converge(shop))
        .isInstanceOfSatisfying(
            RetryableException.class,
            trouble -> assertThat(trouble.reason()).isEqualTo(Reason.SECRET_UPDATE_FAILED))
        .hasMessage(
            "Token 802 was issued but the pull secret in shop-dev was refused (quota exceeded)."
                + " Remove what refuses it. No token is published. 802 is revoked.");
    assertThat(world.living(shop)).extracting(Token::id).containsExactly(801L);
  }

  @Test
  void aWriteWhoseAnswerWasLostIsNotTakenForARefusal() throws StepException {
    world.givenNamespaceOf(shop);
    world.faults.failOnce(
        "cluster.createSecret",
        Moment.AFTER,
        RetryableException.outcomeUnknown(Reason.REMOTE_UNAVAILABLE, "The API server is away."));
    assertThatThrownBy(() -> world.converge(shop)).isInstanceOf(RetryableException.class);
    assertThat(world.converge(shop).events()).isEmpty();
    world.assertAtRest(shop);
  }

  @Test
  void neverPostsTwiceAfterALostAnswerWithoutAListBetween() throws StepException {
    world.givenNamespaceOf(shop);
    world.faults.failOnce(
        "gitlab.issueToken",
        Moment.AFTER,
        RetryableException.outcomeUnknown(Reason.REMOTE_UNAVAILABLE, "GitLab does not answer."));
    assertThatThrownBy(() -> world.converge(shop)).isInstanceOf(RetryableException.class);
    world.faults.forgetCalls();
    StepPass second = world.converge(shop);
    assertThat(second.events())
        .containsExactly(
            EventReason.TOKEN_ISSUED, EventReason.PULL_SECRET_WRITTEN, EventReason.TOKEN_REVOKED);
    List<String> calls = world.faults.calls("gitlab.");
    assertThat(calls.indexOf("gitlab.tokens 42")).isLessThan(calls.indexOf("gitlab.issueToken 42"));
    world.assertAtRest(shop);
  }

  @Test
  void asksOnceMoreForAnEarlierDate() throws StepException {
    world.givenNamespaceOf(shop);
    world.gitlab.allowTokensBefore(LocalDate.parse("2026-12-20"));
    StepPass pass = world.converge(shop);
    assertThat(pass.message()).isEqualTo("Token 801 valid until 2026-12-19.");
  }

  @Test
  void makesNoTokenThatWouldLiveLessThanAWeek() {
    world.givenNamespaceOf(shop);
    world.gitlab.allowTokensBefore(LocalDate.parse("2026-11-24"));
    assertThatThrownBy(() -> world.converge(shop))
        .isInstanceOfSatisfying(
            RejectedException.class,
            trouble -> assertThat(trouble.reason()).isEqualTo(Reason.ACCESS_DENIED));
  }

  @Test
  void aLostSecretGetsANewTokenAtOnceAndTheOldOneItsGrace() throws StepException {
    world.givenInPlace(shop);
    world.cluster.loseSecret("shop-dev");
    StepPass repair = world.converge(shop);
    assertThat(repair.events())
        .containsExactly(EventReason.TOKEN_ISSUED, EventReason.DRIFT_REPAIRED);
    assertThat(world.living(shop)).extracting(Token::id).containsExactly(801L, 802L);
    world.assertPullsWork(shop);
    world.later(PAST_GRACE);
    world.converge(shop);
    world.assertAtRest(shop);
  }

  @Test
  void anEditedSecretStaysKnownAsEditedIfTheRepairIsCutShort() throws StepException {
    world.givenInPlace(shop);
    byte[] edited =
        "{\"auths\":{\"%s\":{\"username\":\"a\",\"password\":\"b\"}}}"
            .formatted(RegistryWorld.HOST)
            .getBytes(StandardCharsets.UTF_8);
    world.cluster.editSecret("shop-dev", edited);
    world.faults.failOnce(
        "gitlab.issueToken",
        Moment.BEFORE,
        new RetryableException(Reason.REMOTE_UNAVAILABLE, "GitLab does not answer (503)."));
    assertThatThrownBy(() -> world.converge(shop)).isInstanceOf(RetryableException.class);
    world.restart();
    world.converge(shop);
    world.assertPullsWork(shop);
    world.later(PAST_GRACE);
    world.converge(shop);
    world.assertAtRest(shop);
  }

  @Test
  void aTokenRevokedByHandIsReplacedAtOnce() throws StepException {
    world.givenInPlace(shop);
    world.later(Duration.ofMinutes(15));
    world.gitlab.revokeByHand(801);
    assertThat(world.converge(shop).events()).containsExactly(EventReason.TOKEN_ROTATED);
    world.assertAtRest(shop);
  }

  @Test
  void aNewTokenThatAReplicaDoesNotListYetIsGivenTime() throws StepException {
    world.givenNamespaceOf(shop);
    world.converge(shop);
    world.gitlab.revokeByHand(801);
    world.restart();
    StepPass soon = world.converge(shop);
    assertThat(soon.events()).isEmpty();
    assertThat(soon.plan().lookAgainAt())
        .hasValueSatisfying(
            at -> assertThat(at).isBefore(world.clock.instant().plus(Duration.ofMinutes(1))));
    world.later(Duration.ofSeconds(31));
    assertThat(world.converge(shop).events()).containsExactly(EventReason.TOKEN_ROTATED);
  }

  @Test
  void saysThatPullsFailWhenADeadTokenCannotBeReplaced() throws StepException {
    world.givenInPlace(shop);
    world.later(Duration.ofDays(60));
    world.faults.failAlways(
        "gitlab.tokens",
        new RetryableException(Reason.REMOTE_UNAVAILABLE, "GitLab does not answer (503)."));
    assertThatThrownBy(() -> world.converge(shop))
        .isInstanceOfSatisfying(
            RetryableException.class,
            trouble -> assertThat(trouble.reason()).isEqualTo(Reason.TOKEN_EXPIRED))
        .hasMessageContaining("expired on 2027-01-19")
        .hasMessageContaining("Image pulls fail now. GitLab does not answer (503).");
  }

  @Test
  void nothingIsRevokedWhileTheClocksDiffer() throws StepException {
    world.givenInPlace(shop);
    world.converge(asking("one"));
    world.later(PAST_GRACE);
    world.gitlab.skewBy(Duration.ofMinutes(6));
    StepPass pass = world.converge(asking("one"));
    assertThat(pass.made())
        .as("told, and nothing done")
        .extracting(Change::verb, change -> change.event().orElseThrow())
        .containsExactly(tuple(Verb.RETAIN, EventReason.CLOCK_SKEW));
    assertThat(pass.message()).contains("once our clock and GitLab's agree");
    assertThat(world.living(shop)).hasSize(2);
  }

  @Test
  void waitsForTheServiceAccountAndLooksAgainIfNobodyTellsOfIt() throws StepException {
    world.givenNamespaceOf(shop);
    world.cluster.delayServiceAccounts();
    StepPass pass = world.converge(shop);
    assertThat(pass.plan().waitsFor()).isPresent();
    assertThat(pass.plan().lookAgainAt()).hasValue(world.clock.instant().plusSeconds(10));
    world.assertAtRest(shop);
    world.cluster.makeServiceAccount("shop-dev");
    assertThat(world.converge(shop).plan().waitsFor()).isEmpty();
    assertThat(world.cluster.isPullSecretAttached("shop-dev")).isTrue();
  }

  @Test
  void aLookBeforeTheStatusIsWrittenCostsOneReadAndNothingTwice() throws StepException {
    world.givenNamespaceOf(shop);
    Holdings stored = world.held;
    world.cluster.delayServiceAccounts();
    world.converge(shop);
    world.held = stored;
    world.cluster.makeServiceAccount("shop-dev");
    world.faults.forgetCalls();
    world.converge(shop);
    assertThat(world.faults.calls("gitlab.token")).isEmpty();
    assertThat(world.faults.calls("cluster."))
        .containsExactly("cluster.getSecret shop-dev", "cluster.attach shop-dev");
    world.assertAtRest(shop);
  }

  @Test
  void aSecretWithoutAMarkIsTakenOver() throws StepException {
    world.givenNamespaceOf(shop);
    world.cluster.putForeignSecret(
        "shop-dev", PullSecretFile.withoutLogin(), FakeCluster.PULL_SECRET_TYPE);
    StepPass pass = world.converge(shop);
    assertThat(pass.made()).extracting(Change::verb).contains(Verb.ADOPT);
    world.assertAtRest(shop);
  }

  @Test
  void aSecretWithoutAMarkIsLeftAloneUnderNever() throws StepException {
    Project never = aProject("shop").in(DEV).neverAdopting().build();
    world.givenNamespaceOf(never);
    byte[] theirs = PullSecretFile.withoutLogin();
    world.cluster.putForeignSecret("shop-dev", theirs, FakeCluster.PULL_SECRET_TYPE);
    assertThatThrownBy(() -> world.converge(never))
        .isInstanceOfSatisfying(
            RejectedException.class,
            trouble -> assertThat(trouble.reason()).isEqualTo(Reason.ADOPTION_FORBIDDEN));
    assertThat(world.secret(never).dockerConfigJson()).isEqualTo(theirs);
    assertThat(world.living(never)).isEmpty();
  }

  @Test
  void anOlderSecretFromABackupIsReplacedAndNothingPublishedIsRevoked() throws StepException {
    world.givenInPlace(shop);
    PullSecret older = world.secret(shop);
    world.converge(asking("one"));
    world.later(PAST_GRACE);
    world.converge(asking("one"));
    world.cluster.restoreSecret(older);
    world.converge(asking("one"));
    world.assertPullsWork(shop);
    world.later(PAST_GRACE);
    world.converge(asking("one"));
    world.assertAtRest(shop);
  }

  @Test
  void anAnnotationThatNamesAForeignTokenLeadsToNoRevocationOfIt() throws StepException {
    world.givenInPlace(shop);
    long theirs = world.gitlab.addToken(42, "somebody's", LocalDate.parse("2027-06-01"));
    world.cluster.annotateSecret("shop-dev", "kyotu.tech/token-previous-id", Long.toString(theirs));
    world.later(PAST_GRACE);
    world.converge(shop);
    world.release(shop);
    assertThat(world.gitlab.livingTokens(42)).extracting(Token::id).containsExactly(theirs);
  }

  @Test
  void planModeShowsWhatWouldBeMadeBeforeThereIsAGroup() throws StepException {
    Project plan = aProject("shop").in(DEV).planOnly().build();
    assertThat(world.accessStep.plan(plan, Holdings.NONE).changes())
        .extracting(change -> change.verb() + " " + change.subject())
        .containsExactly(
            "CREATE Pull token in GitLab group platform/shop",
            "CREATE Secret shop-dev/gitlab-registry-image-pull-secret",
            "UPDATE ServiceAccounts in shop-dev");
    assertThat(world.faults.calls("gitlab.")).isEmpty();
  }

  @Test
  void releaseTakesAwaySecretAndEveryTokenOfOurs() throws StepException {
    world.givenInPlace(shop);
    world.converge(asking("one"));
    Project qa = aProject("shop").in(QA).build();
    Holdings held = world.held;
    world.held = Holdings.NONE;
    world.givenNamespaceOf(qa);
    world.converge(qa);
    world.held = held;
    world.faults.forgetCalls();
    StepPass gone = world.release(shop);
    assertThat(gone.message()).isEqualTo("Pull secret and tokens are gone.");
    assertThat(world.living(shop)).isEmpty();
    assertThat(world.cluster.secretAtRest("shop-dev")).isEmpty();
    assertThat(world.cluster.isPullSecretAttached("shop-dev")).isFalse();
    assertThat(world.faults.calls("gitlab."))
        .containsExactly(
            "gitlab.tokens 42",
            "gitlab.revokeToken 801",
            "gitlab.revokeToken 802",
            "gitlab.tokens 42");
    world.assertAtRest(qa);
    assertThat(world.release(shop).made()).isEmpty();
    assertThat(world.held.token()).isNull();
  }

  @Test
  void releaseWithoutAStatusFindsTheTokensByTheirName() throws StepException {
    world.givenInPlace(shop);
    world.held = Holdings.NONE;
    world.cluster.forget(shop);
    world.release(shop);
    assertThat(world.living(shop)).isEmpty();
  }

  @Test
  void releaseIsDoneWhenTheGroupIsProvablyGone() throws StepException {
    world.givenInPlace(shop);
    world.gitlab.removeGroup(42);
    StepPass gone = world.release(shop);
    assertThat(gone.made()).extracting(Change::verb).containsExactly(Verb.DELETE);
    assertThat(world.faults.calls("gitlab.self")).isNotEmpty();
  }

  @Test
  void aTokenWhoseBotIsGoneIsReplacedWhenSomebodyAsksForALook() throws StepException {
    world.givenInPlace(shop);
    world.gitlab.removeBot(801);
    world.later(Duration.ofMinutes(1));
    assertThat(world.converge(shop).made()).as("nobody has asked").isEmpty();

    Project asking =
        aProject("shop").in(DEV).annotated(Project.RECONCILE_REQUESTED_AT, "now").build();
    assertThat(world.converge(asking).events()).containsExactly(EventReason.TOKEN_ROTATED);
    world.assertPullsWork(shop);
  }

  @Test
  void aLookThatIsAskedForReplacesNoTokenThatWorksNorOneThatNobodyCouldTry() throws StepException {
    world.givenInPlace(shop);
    Project asking =
        aProject("shop").in(DEV).annotated(Project.RECONCILE_REQUESTED_AT, "now").build();
    assertThat(world.converge(asking).made()).isEmpty();
    world.faults.failAlways(
        "registry.probe", new RetryableException(Reason.PROBE_FAILED, "No answer."));
    assertThat(world.converge(asking).made()).isEmpty();
    assertThat(world.faults.calls("registry.probe")).hasSize(2);
  }

  @Test
  void whatGitLabRefusesToRevokeIsNamedAndTriedAgainAfterAnHour() throws StepException {
    world.givenInPlace(shop);
    Project asking = aProject("shop").in(DEV).annotated(Project.ROTATE_TOKEN, "now").build();
    world.converge(asking);
    world.gitlab.removeBot(801);
    world.later(Duration.ofHours(25));
    world.faults.forgetCalls();

    StepPass refused = world.converge(asking);
    assertThat(refused.message())
        .contains("GitLab refuses to revoke token 801 (until ")
        .contains("membership");
    assertThat(refused.events()).isEmpty();
    world.later(Duration.ofMinutes(50));
    world.converge(asking);
    assertThat(world.faults.calls("gitlab.revokeToken")).hasSize(1);
    world.later(Duration.ofMinutes(11));
    world.converge(asking);
    assertThat(world.faults.calls("gitlab.revokeToken")).hasSize(2);
    world.assertPullsWork(shop);
  }

  @Test
  void tokensOfAProjectThatIsGoneAreNamedAndLeftAlone() throws StepException {
    world.givenInPlace(shop);
    long group = world.gitlab.groupAtRest("platform/shop").orElseThrow().id();
    LocalDate day = LocalDate.parse("2027-01-01");
    long stray =
        world.gitlab.addToken(group, "groundwork_c0ffee42_before-restore_3_0123456789abcdef", day);
    world.gitlab.addToken(group, "groundwork_elsewhere_uid_3_0123456789abcdef", day);
    world.later(Duration.ofMinutes(1));

    StepPass pass = world.converge(shop);
    assertThat(pass.made()).isEmpty();
    assertThat(pass.message())
        .endsWith(
            " Of Projects that are gone live token %d (until 2027-01-01). Revoke what nothing pulls with any more."
                .formatted(stray));
    assertThat(world.gitlab.lives(stray)).isTrue();
  }

  @Test
  void aFormerLeaderAsksBeforeItWritesAndTakesBackWhatCameTooLate() throws StepException {
    world.givenNamespaceOf(shop);
    StepPass group = StepPass.converge(world.groupStep, shop, world.held);
    world.faults.meanwhile(
        "cluster.createSecret",
        () -> {
          world.leads = false;
          world.cluster.forget(shop);
        });
    assertThatThrownBy(() -> StepPass.converge(world.accessStep, shop, group.held()))
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("lease");
    assertThat(world.cluster.secretAtRest("shop-dev")).isEmpty();
    assertThat(world.living(shop)).isEmpty();
    world.faults.forgetCalls();
    assertThatThrownBy(() -> StepPass.converge(world.accessStep, shop, group.held()))
        .isInstanceOf(RetryableException.class);
    assertThat(world.faults.calls("gitlab.issueToken")).isEmpty();
  }
}
