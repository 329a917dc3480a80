package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.gitlab.GitLab.Group;
import tech.kyotu.groundwork.gitlab.GitLab.GroupCreation;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.gitlab.GitLab.Issuance;
import tech.kyotu.groundwork.gitlab.GitLab.NewGroup;
import tech.kyotu.groundwork.gitlab.GitLab.NewToken;
import tech.kyotu.groundwork.gitlab.GitLab.Revocation;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/** What the port promises; the fake and the adapter both keep it. */
abstract class GitLabContract {

  private static final GroupRef NOWHERE = new GroupRef(999_999, "nowhere");

  /** The port under test, as an owner of every group that a test is given. */
  abstract GitLab gitlab();

  /** A private group that exists, with its parents. */
  abstract GroupRef givenGroup(String fullPath);

  /** Whether a pull token of this value works. */
  abstract boolean works(SecretValue value);

  private LocalDate inDays(int days) {
    return LocalDate.ofInstant(gitlab().serverTime(), ZoneOffset.UTC).plusDays(days);
  }

  private Issuance.Issued issue(GroupRef group, String name) throws StepException {
    return (Issuance.Issued)
        gitlab().issueToken(group, new NewToken(name, "Do not revoke.", inDays(60)));
  }

  @Test
  void knowsWhoItIs() throws StepException {
    assertThat(gitlab().self().scopes()).contains("api");
  }

  @Test
  void findsAGroupByItsExactPathAndByItsId() throws StepException {
    GroupRef shop = givenGroup("platform/shop.crew_1");
    Optional<Group> found = gitlab().findGroup("platform/shop.crew_1");
    assertThat(found).map(Group::ref).contains(shop);
    assertThat(found).map(Group::visibility).contains("private");
    assertThat(gitlab().group(shop.id())).map(Group::fullPath).contains("platform/shop.crew_1");
  }

  @Test
  void anAbsentGroupIsAnAnswer() throws StepException {
    givenGroup("platform/shopping");
    assertThat(gitlab().findGroup("platform/shop")).isEmpty();
    assertThat(gitlab().group(NOWHERE.id())).isEmpty();
  }

  @Test
  void listsEveryDirectChild() throws StepException {
    GroupRef platform = givenGroup("platform");
    for (int i = 0; i < 103; i++) {
      givenGroup("platform/shop-" + i);
    }
    givenGroup("platform/shop-1/deeper");
    assertThat(gitlab().children(platform))
        .hasSize(103)
        .allSatisfy(child -> assertThat(child.parentId()).hasValue(platform.id()))
        .extracting(Group::fullPath)
        .contains("platform/shop-0", "platform/shop-102");
  }

  @Test
  void childrenOfAnAbsentGroupAreRefused() {
    assertThatThrownBy(() -> gitlab().children(NOWHERE))
        .isInstanceOfSatisfying(
            RejectedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.PREREQUISITE_MISSING));
  }

  @Test
  void makesAPrivateGroupOnceAndThenSaysTaken() throws StepException {
    GroupRef platform = givenGroup("platform");
    NewGroup wanted =
        new NewGroup("shop", "shop", Optional.of(platform), "Groundwork: images of project shop.");
    GroupCreation first = gitlab().createGroup(wanted);
    assertThat(first)
        .isInstanceOfSatisfying(
            GroupCreation.Created.class,
            created -> {
              assertThat(created.group().fullPath()).isEqualTo("platform/shop");
              assertThat(created.group().visibility()).isEqualTo("private");
              assertThat(created.group().description())
                  .isEqualTo("Groundwork: images of project shop.");
            });
    assertThat(gitlab().createGroup(wanted)).isInstanceOf(GroupCreation.Taken.class);
  }

  @Test
  void makesNoGroupBelowAnAbsentOne() {
    assertThatThrownBy(
            () -> gitlab().createGroup(new NewGroup("shop", "shop", Optional.of(NOWHERE), "")))
        .isInstanceOfSatisfying(
            RejectedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.PREREQUISITE_MISSING));
  }

  @Test
  void anIssuedTokenWorksAndIsListedAsAReporterWithItsScope() throws StepException {
    GroupRef shop = givenGroup("platform/shop");
    Issuance.Issued issued = issue(shop, "one");
    assertThat(works(issued.value())).isTrue();
    assertThat(issued.expiresOn()).isEqualTo(inDays(60));
    assertThat(gitlab().tokens(shop))
        .singleElement()
        .satisfies(
            token -> {
              assertThat(token.id()).isEqualTo(issued.id());
              assertThat(token.name()).isEqualTo("one");
              assertThat(token.level()).isEqualTo(20);
              assertThat(token.scopes()).containsExactly("read_registry");
              assertThat(token.expiresOn()).hasValue(inDays(60));
              assertThat(token.createdAt())
                  .isEqualTo(issued.createdAt())
                  .isCloseTo(gitlab().serverTime(), within(1, ChronoUnit.MINUTES));
            });
  }

  @Test
  void namesOfTokensAreNotUnique() throws StepException {
    GroupRef shop = givenGroup("platform/shop");
    Issuance.Issued one = issue(shop, "same");
    Issuance.Issued other = issue(shop, "same");
    assertThat(gitlab().tokens(shop))
        .extracting(Token::id)
        .containsExactlyInAnyOrder(one.id(), other.id());
  }

  @Test
  void listsTheLivingTokensOnly() throws StepException {
    GroupRef shop = givenGroup("platform/shop");
    Issuance.Issued one = issue(shop, "one");
    Issuance.Issued other = issue(shop, "other");
    assertThat(gitlab().revokeToken(shop, one.id())).isEqualTo(Revocation.REVOKED);
    assertThat(gitlab().tokens(shop)).extracting(Token::id).containsExactly(other.id());
    assertThat(works(one.value())).isFalse();
  }

  @Test
  void revokingTwiceIsDoneAndAnUnknownTokenIsAbsent() throws StepException {
    GroupRef shop = givenGroup("platform/shop");
    Issuance.Issued one = issue(shop, "one");
    gitlab().revokeToken(shop, one.id());
    assertThat(gitlab().revokeToken(shop, one.id())).isEqualTo(Revocation.REVOKED);
    assertThat(gitlab().revokeToken(shop, 999_999)).isEqualTo(Revocation.ABSENT);
  }

  @Test
  void revokingInAnAbsentGroupIsNotDone() {
    assertThatThrownBy(() -> gitlab().revokeToken(NOWHERE, 1))
        .isInstanceOfSatisfying(
            RejectedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.PREREQUISITE_MISSING));
  }
}
