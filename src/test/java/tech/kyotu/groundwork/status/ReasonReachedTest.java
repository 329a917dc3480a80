package tech.kyotu.groundwork.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.commons.support.AnnotationSupport;
import tech.kyotu.groundwork.step.Reason;

/**
 * Which test brings a Project, or a step, to each reason. Where the packaged operator is brought
 * there on real servers, that test is named; else the best one of the part that gives the reason.
 */
class ReasonReachedTest {

  private static final String ROOT = "tech.kyotu.groundwork.";

  /**
   * One row.
   *
   * @param reason the word
   * @param type a test class, below the root package
   * @param method its test
   */
  private record Reached(Reason reason, String type, String method) {}

  private static Reached reached(Reason reason, String type, String method) {
    return new Reached(reason, type, method);
  }

  private static final List<Reached> TABLE =
      List.of(
          reached(
              Reason.PROVISIONED,
              "status.ProjectEventsTest",
              "tellsWhatBecameOfAProjectAndNothingPerLoop"),
          reached(
              Reason.IN_PLACE,
              "endtoend.SettingsTroubleIT",
              "whatIsMendedOutsideIsTakenUpWithoutARestart"),
          reached(
              Reason.PROGRESSING,
              "status.ConditionsTest",
              "aNewGenerationIsNotReadyBeforeItIsLookedAt"),
          reached(
              Reason.WAITING_FOR_STEP,
              "step.ProvisionerTest",
              "aStepWhoseNeedsAreNotMetWaitsAndTheOthersStart"),
          reached(Reason.WAITING_FOR_PUSH, "gitops.FluxRbacStepTest", "saysThatItsEditIsQueued"),
          reached(
              Reason.PLANNED, "endtoend.AnnotationsIT", "aPlannedProjectIsMadeOnceItIsToBeApplied"),
          reached(
              Reason.SUSPENDED,
              "endtoend.AnnotationsIT",
              "aSuspendedProjectSaysSoAndNothingOfItIsChangedUntilItIsResumed"),
          reached(
              Reason.REMOTE_UNAVAILABLE,
              "endtoend.DeletionTroubleIT",
              "aRepositoryThatIsAwayIsWaitedForInItsTurn"),
          reached(
              Reason.RATE_LIMITED,
              "endtoend.GitLabTroubleIT",
              "aLimitIsObeyedAndTheTimeOfTheNextTryIsTold"),
          reached(
              Reason.PUSH_CONTENTION,
              "endtoend.GitTroubleIT",
              "aBranchThatMovesAtEachPushIsContention"),
          reached(
              Reason.SECRET_UPDATE_FAILED,
              "endtoend.ClusterTroubleIT",
              "aQuotaThatRefusesThePullSecretIsNamedAndNoTokenIsLeft"),
          reached(
              Reason.PROBE_FAILED,
              "endtoend.GitLabTroubleIT",
              "aTokenThatTheRegistryRefusesIsNeverPublished"),
          reached(
              Reason.TOKEN_EXPIRED,
              "endtoend.GitLabTroubleIT",
              "aTokenThatDiedWhileGitLabIsAwayIsSaidAtOnceAndReplacedLater"),
          reached(
              Reason.NAMESPACE_TERMINATING,
              "endtoend.ClusterTroubleIT",
              "aNamespaceThatIsStillGoingIsWaitedFor"),
          reached(
              Reason.INTERNAL_ERROR,
              "step.ProvisionerTest",
              "aBugIsAnInternalErrorWithAnIdAndStopsNoOtherStep"),
          reached(
              Reason.INVALID_SPEC,
              "endtoend.ClusterTroubleIT",
              "aStoredProjectThatBreaksTodaysRulesHarmsNoOther"),
          reached(
              Reason.NAME_RESERVED, "kubernetes.NamespaceStepTest", "refusesNamesOfThePlatform"),
          reached(
              Reason.NAME_TAKEN,
              "endtoend.ClusterTroubleIT",
              "theSecondProjectOfANameWaitsForTheFirst"),
          reached(
              Reason.ADOPTION_FORBIDDEN,
              "endtoend.AnnotationsIT",
              "anUnownedNamespaceIsTakenOverOnlyOnceItIsNamed"),
          reached(Reason.OWNERSHIP_CONFLICT, "endtoend.AtOnceIT", "aRequestAfterTheClusterRefused"),
          reached(
              Reason.SECRETS_RETAINED,
              "vault.VaultAccessStepIT",
              "givesRetainedSecretsToNobodyUntilAPersonAllowsIt"),
          reached(
              Reason.ACCESS_DENIED,
              "endtoend.SettingsTroubleIT",
              "whatIsMendedOutsideIsTakenUpWithoutARestart"),
          reached(
              Reason.PREREQUISITE_MISSING,
              "gitops.ServedPartsTest",
              "writesNothingWhileTheClusterDoesNotServeWhatASettingAsksFor"),
          reached(
              Reason.PUSH_REJECTED,
              "endtoend.GitTroubleIT",
              "aPushThatAHookRefusesStopsNoOtherProject"),
          reached(
              Reason.UNREADABLE_FILE,
              "endtoend.GitTroubleIT",
              "aFolderInPlaceOfTheFileIsNotTouched"),
          reached(
              Reason.TEMPLATE_INVALID,
              "endtoend.SettingsTroubleIT",
              "whatOnlyUseCanShowIsToldByTheStepThatNeedsIt"),
          reached(
              Reason.DELETION_PROTECTED,
              "endtoend.AnnotationsIT",
              "protectionAndSuspensionHoldADeletionAndSayWhoDoes"),
          reached(
              Reason.DELETION_PLANNED,
              "endtoend.AnnotationsIT",
              "aPlannedProjectIsMadeOnceItIsToBeApplied"),
          reached(
              Reason.REMOVING,
              "endtoend.DeletionTroubleIT",
              "aSealedVaultIsWaitedForUnlessItIsGivenUpByName"),
          reached(
              Reason.WAITING_FOR_REMOVAL,
              "endtoend.DeletionTroubleIT",
              "aForeignFinalizerOfANamespaceOrInItIsNamedAndLeftAlone"),
          reached(
              Reason.REMOVED, "step.ProvisionerTest", "walksForwardToBuildAndBackwardToTakeAway"),
          reached(
              Reason.RETAINED, "step.ProvisionerTest", "whatStaysOnPurposeCountsAsDoneAndSaysSo"),
          reached(
              Reason.APPLIED_TO_CLUSTER,
              "gitops.DeliveryTest",
              "isAppliedOnceBothHaveWhatIsWanted"),
          reached(
              Reason.AWAITING_FLUX,
              "endtoend.AppliedIT",
              "whatFluxAndArgoCdLackIsToldInTheOrderInWhichTheyFollow"),
          reached(
              Reason.AWAITING_ARGO_CD,
              "endtoend.AppliedIT",
              "whatFluxAndArgoCdLackIsToldInTheOrderInWhichTheyFollow"),
          reached(
              Reason.APPLY_FAILED,
              "realservers.FluxAndArgoIT",
              "aBrokenFileBesideItHoldsUpADeletionUntilItIsMended"),
          reached(
              Reason.FOLLOWER_MISSING,
              "endtoend.AppliedIT",
              "whatFluxAndArgoCdLackIsToldInTheOrderInWhichTheyFollow"));

  @Test
  void eachReasonHasOneRow() {
    assertThat(TABLE).extracting(Reached::reason).containsExactly(Reason.values());
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void theTestOfItsRowExists(Reason reason) throws ClassNotFoundException {
    Reached row = TABLE.stream().filter(it -> it.reason() == reason).findFirst().orElseThrow();
    Class<?> type = Class.forName(ROOT + row.type(), false, getClass().getClassLoader());
    assertThat(Arrays.stream(type.getDeclaredMethods()).filter(ReasonReachedTest::isTest))
        .extracting(Method::getName)
        .contains(row.method());
  }

  private static boolean isTest(Method method) {
    return AnnotationSupport.isAnnotated(method, Test.class)
        || AnnotationSupport.isAnnotated(method, ParameterizedTest.class);
  }
}
