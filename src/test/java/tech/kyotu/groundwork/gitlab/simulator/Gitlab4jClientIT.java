package tech.kyotu.groundwork.gitlab.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.stream.IntStream;
import org.gitlab4j.api.GitLabApi;
import org.gitlab4j.api.GitLabApiException;
import org.gitlab4j.api.GroupApi;
import org.gitlab4j.api.Pager;
import org.gitlab4j.api.models.AccessLevel;
import org.gitlab4j.api.models.Group;
import org.gitlab4j.api.models.GroupAccessToken;
import org.gitlab4j.api.models.ImpersonationToken.Scope;
import org.gitlab4j.api.models.PersonalAccessToken;
import org.gitlab4j.api.models.Visibility;
import org.gitlab4j.models.Constants.ProjectAccessTokenScope;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each call that Groundwork makes, made by gitlab4j's own classes instead of our adapter: they know
 * nothing of the simulator and take it for a GitLab.
 */
@ParameterizedClass
@EnumSource(Dialect.class)
class Gitlab4jClientIT {

  private static final LocalDate DAY =
      LocalDate.ofInstant(TestPlatform.START, ZoneOffset.UTC).plusDays(60);

  @AutoClose private final TestPlatform platform;
  @AutoClose private final GitLabApi api;
  private final GroupApi groups;

  Gitlab4jClientIT(Dialect dialect) {
    platform = new TestPlatform(dialect);
    api = as(platform.operator);
    groups = api.getGroupApi();
  }

  private GitLabApi as(String token) {
    return new GitLabApi(platform.gitlab.url(), token);
  }

  private GroupAccessToken issue(String name) throws GitLabApiException {
    return groups.createGroupAccessToken(
        platform.shop,
        name,
        "Do not revoke.",
        date(DAY),
        new Scope[] {Scope.READ_REGISTRY},
        AccessLevel.REPORTER);
  }

  private static Date date(LocalDate day) {
    return Date.from(day.atStartOfDay(ZoneOffset.UTC).toInstant());
  }

  /** The library's dates are of a kind that is not welcome elsewhere. */
  private static Instant time(Date date) {
    return date.toInstant();
  }

  @Test
  void version() throws GitLabApiException {
    assertThat(api.getVersion().getVersion()).startsWith("18.");
  }

  @Test
  void itsOwnToken() throws GitLabApiException {
    PersonalAccessToken own = api.getPersonalAccessTokenApi().getPersonalAccessToken();
    assertThat(own.getScopes()).containsExactly(ProjectAccessTokenScope.API);
    assertThat(own.isActive()).isTrue();
    assertThat(time(own.getExpiresAt())).isAfter(TestPlatform.START);
  }

  @Test
  void groupByPath() throws GitLabApiException {
    platform.gitlab.addGroup("platform/a.b-c_d", "operator");
    assertThat(groups.getGroup("platform/shop").getId()).isEqualTo(platform.shop);
    assertThat(groups.getGroup("platform/a.b-c_d").getFullPath()).isEqualTo("platform/a.b-c_d");
  }

  @Test
  void groupById() throws GitLabApiException {
    Group shop = groups.getGroup(platform.shop);
    assertThat(shop.getFullPath()).isEqualTo("platform/shop");
    assertThat(shop.getVisibility()).isEqualTo(Visibility.PRIVATE);
    assertThat(shop.getParentId()).isEqualTo(groups.getGroup("platform").getId());
  }

  @Test
  void anAbsentGroup() {
    GitLabApiException absent = refusal(() -> groups.getGroup("platform/none"));
    assertThat(absent.getHttpStatus()).isEqualTo(404);
    assertThat(absent.getMessage()).contains("Group Not Found");
  }

  @Test
  void everyPageOfSubgroups() throws GitLabApiException {
    platform.usual(Switch.LINKS_ALONE); // gitlab4j's pager goes by the x- headers alone
    IntStream.range(0, 6).forEach(i -> platform.gitlab.addGroup("platform/sub" + i, "operator"));
    Pager<Group> pager = groups.getSubGroups(groups.getGroup("platform").getId(), 3);
    assertThat(pager.getTotalPages()).isEqualTo(3);
    assertThat(pager.all())
        .extracting(Group::getFullPath)
        .hasSize(7)
        .contains("platform/shop", "platform/sub0", "platform/sub5");
  }

  @Test
  void createGroup() throws GitLabApiException {
    Group made = addPayments();
    assertThat(groups.getGroup(made.getId()).getFullPath()).isEqualTo("platform/payments");
    assertThat(made.getDescription()).isEqualTo("Groundwork: images of project payments.");
    assertThat(made.getVisibility()).isEqualTo(Visibility.PRIVATE);
    GitLabApiException taken = refusal(this::addPayments);
    assertThat(taken.getHttpStatus()).isEqualTo(400);
    assertThat(taken.getMessage()).contains("has already been taken");
  }

  private Group addPayments() throws GitLabApiException {
    return groups.addGroup(
        "Payments",
        "payments",
        "Groundwork: images of project payments.",
        Visibility.PRIVATE,
        null,
        null,
        groups.getGroup("platform").getId());
  }

  @Test
  void issueToken() throws GitLabApiException {
    GroupAccessToken made = issue("puller");
    assertThat(made.getName()).isEqualTo("puller");
    assertThat(time(made.getExpiresAt())).isEqualTo(time(date(DAY)));
    assertThat(made.getScopes()).containsExactly(Scope.READ_REGISTRY);
    assertThat(made.getAccessLevel()).isEqualTo(AccessLevel.REPORTER);
    platform.gitlab.addImage("platform/shop/web");
    assertThat(platform.gitlab.pulls("any", made.getToken(), "platform/shop/web")).isTrue();
  }

  @Test
  void anIssuedTokenLooksAtItself() throws GitLabApiException {
    GroupAccessToken made = issue("puller");
    try (GitLabApi bot = as(made.getToken())) {
      assertThat(bot.getPersonalAccessTokenApi().getPersonalAccessToken().getId())
          .isEqualTo(made.getId());
    }
  }

  @Test
  void tokens() throws GitLabApiException {
    List<Long> made = List.of(issue("one").getId(), issue("other").getId());
    assertThat(groups.getGroupAccessTokens(platform.shop))
        .allSatisfy(token -> assertThat(token.getToken()).isNull())
        .extracting(GroupAccessToken::getId)
        .containsExactlyInAnyOrderElementsOf(made);
  }

  @Test
  void revokeToken() throws GitLabApiException {
    platform.usual(Switch.BOTS_GO_AT_ONCE);
    GroupAccessToken made = issue("puller");
    groups.revokeGroupAccessToken(platform.shop, made.getId());
    assertThat(groups.getGroupAccessToken(platform.shop, made.getId()).getRevoked()).isTrue();
    platform.gitlab.addImage("platform/shop/web");
    assertThat(platform.gitlab.pulls("any", made.getToken(), "platform/shop/web")).isFalse();
    GitLabApiException absent =
        refusal(() -> groups.revokeGroupAccessToken(platform.shop, 999_999L));
    assertThat(absent.getHttpStatus()).isEqualTo(404);
  }

  private interface Call {
    void make() throws GitLabApiException;
  }

  private static GitLabApiException refusal(Call call) {
    return catchThrowableOfType(GitLabApiException.class, call::make);
  }
}
