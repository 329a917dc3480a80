package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.gitlab.GitLab.Issuance;
import tech.kyotu.groundwork.gitlab.GitLab.NewGroup;
import tech.kyotu.groundwork.gitlab.GitLab.NewToken;
import tech.kyotu.groundwork.gitlab.simulator.Fault;
import tech.kyotu.groundwork.gitlab.simulator.GitLabSimulator;
import tech.kyotu.groundwork.gitlab.simulator.HistoryEntry;
import tech.kyotu.groundwork.gitlab.simulator.Right;
import tech.kyotu.groundwork.gitlab.simulator.SeededToken;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepException.Scope;
import tech.kyotu.groundwork.testing.Settings;

class GitLab4jAdapterIT extends GitLabContract {

  private static final String USER = "groundwork";

  private static GitLabSimulator simulator;

  @TempDir private Path folder;
  private Path tokenFile;
  private SeededToken credential;
  private GitLab4jAdapter adapter;

  @BeforeAll
  static void startSimulator() {
    simulator = GitLabSimulator.start();
  }

  @AfterAll
  static void stopSimulator() {
    simulator.close();
  }

  @BeforeEach
  void openAdapter() throws IOException {
    simulator.reset();
    simulator.addUser(USER, Right.CREATE_GROUP);
    credential = simulator.addPersonalToken(USER, "api");
    tokenFile = Files.writeString(folder.resolve("token"), credential.value() + "\n");
    adapter = adapterFor(simulator.url());
  }

  @AfterEach
  void closeAdapter() {
    adapter.close();
  }

  private GitLab4jAdapter adapterFor(String url) {
    Map<String, String> settings =
        Map.of(
            "gitlab.url",
            url,
            "gitlab.token-file",
            tokenFile.toString(),
            "gitlab.requests-per-minute",
            "60000");
    return new GitLab4jAdapter(Settings.of(settings).gitlab(), Clock.systemUTC());
  }

  @Override
  GitLab gitlab() {
    return adapter;
  }

  @Override
  GroupRef givenGroup(String fullPath) {
    return new GroupRef(simulator.addGroup(fullPath, USER), fullPath);
  }

  @Override
  boolean works(SecretValue value) {
    simulator.addImage("platform/shop/web");
    return simulator.pulls("any", value.reveal(), "platform/shop/web");
  }

  private static NewToken token(String name) {
    return new NewToken(name, "Do not revoke.", LocalDate.now(Clock.systemUTC()).plusDays(60));
  }

  private List<HistoryEntry> requests(String method) {
    return simulator.history().stream().filter(entry -> entry.method().equals(method)).toList();
  }

  private static RetryableException retryable(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(RetryableException.class);
    return (RetryableException) thrown;
  }

  private static RejectedException rejected(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(RejectedException.class);
    return (RejectedException) thrown;
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503})
  void anErrorOfTheServerIsNeverAbsence(int status) {
    simulator.arm(Fault.on("GET", "/groups/:id").repliesHtml(status).always());
    RetryableException trouble = retryable(() -> adapter.group(1));
    assertThat(trouble.reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
    assertThat(trouble.sentence()).contains("(" + status + ")");
  }

  @Test
  void aGroupThatGitLabFailsAtIsTroubleOfThatGroupAlone() {
    GroupRef shop = givenGroup("platform/shop");
    simulator.arm(Fault.on("GET", "/groups/:id/access_tokens").repliesHtml(500).always());
    simulator.arm(Fault.on("POST", "/groups/:id/access_tokens").closes().always());
    RetryableException list = retryable(() -> adapter.tokens(shop));
    assertThat(list.scope()).isEqualTo(Scope.ONE_THING);
    assertThat(list.sentence()).startsWith("GitLab does not answer (500).");
    RetryableException issue = retryable(() -> adapter.issueToken(shop, token("one")));
    assertThat(issue.scope()).isEqualTo(Scope.ONE_THING);
    assertThat(issue.isOutcomeUnknown()).isTrue();
    assertThat(requests("POST")).hasSize(1);
  }

  @Test
  void aListThatServesAllIsTroubleOfAll() {
    GroupRef platform = givenGroup("platform");
    simulator.arm(Fault.on("GET", "/groups/:id/subgroups").repliesHtml(500).always());
    assertThat(retryable(() -> adapter.children(platform)).scope()).isEqualTo(Scope.SYSTEM);
  }

  @Test
  void aGitLabThatAnswersNothingIsTroubleOfAll() {
    simulator.arm(Fault.on("*", "/api/v4/*").repliesHtml(502).always());
    assertThat(retryable(() -> adapter.group(1)).scope()).isEqualTo(Scope.SYSTEM);
  }

  @Test
  void a404ThatIsNoJsonIsNotAbsence() {
    simulator.arm(Fault.on("GET", "/groups/:id").repliesHtml(404).always());
    assertThat(retryable(() -> adapter.group(1)).isOutcomeUnknown()).isFalse();
  }

  @Test
  void halfAnAnswerIsNoAnswer() {
    GroupRef shop = givenGroup("platform/shop");
    simulator.arm(Fault.on("GET", "/groups/:id/access_tokens").repliesHalfJson());
    retryable(() -> adapter.tokens(shop));
  }

  @Test
  void aLostAnswerToAPostIsAnUnknownOutcomeAndIsNotSentTwice() {
    GroupRef shop = givenGroup("platform/shop");
    simulator.arm(Fault.on("POST", "/groups/:id/access_tokens").afterCommit().closes().always());
    assertThat(retryable(() -> adapter.issueToken(shop, token("one"))).isOutcomeUnknown()).isTrue();
    assertThat(requests("POST")).hasSize(1);
    assertThat(simulator.liveTokens("platform/shop")).hasSize(1);
  }

  @Test
  void a502AfterAPostIsAnUnknownOutcome() {
    GroupRef shop = givenGroup("platform/shop");
    simulator.arm(Fault.on("POST", "/groups/:id/access_tokens").afterCommit().repliesHtml(502));
    assertThat(retryable(() -> adapter.issueToken(shop, token("one"))).isOutcomeUnknown()).isTrue();
  }

  @Test
  void a200InPlaceOf201IsAnUnknownOutcomeBecauseARedirectMayHaveMadeAGetOfThePost() {
    GroupRef platform = givenGroup("platform");
    simulator.arm(Fault.on("POST", "/groups").replies(200, "application/json", "{\"id\": 1}"));
    NewGroup wanted = new NewGroup("shop", "shop", Optional.of(platform), "");
    assertThat(retryable(() -> adapter.createGroup(wanted)).isOutcomeUnknown()).isTrue();
  }

  @Test
  void anAddressThatRedirectsIsNamedAndTheCredentialStaysHere() {
    simulator.arm(Fault.on("GET", "/version").redirects("https://gitlab.example.org/").always());
    RetryableException trouble = retryable(() -> adapter.self());
    assertThat(trouble.sentence()).contains("https://gitlab.example.org/").contains("gitlab.url");
    assertThat(simulator.history()).allSatisfy(entry -> assertThat(entry.tokenId()).isZero());
  }

  @Test
  void keepsTheTimeThatA429AsksFor() {
    GroupRef shop = givenGroup("platform/shop");
    simulator.limits().throttle(1, Duration.ofMinutes(1));
    retryable(
        () -> {
          adapter.tokens(shop);
          adapter.tokens(shop);
        });
    simulator.limits().off();
    RetryableException later = retryable(() -> adapter.tokens(shop));
    assertThat(later.reason()).isEqualTo(Reason.RATE_LIMITED);
    assertThat(later.retryAfter())
        .hasValueSatisfying(
            wait -> assertThat(wait).isBetween(Duration.ZERO, Duration.ofMinutes(1)));
  }

  @Test
  void readsItsCredentialAgainWhenItIsRefused() throws StepException, IOException {
    assertThat(adapter.self().scopes()).containsExactly("api");
    SeededToken next = simulator.addPersonalToken(USER, "api");
    simulator.revokeToken(credential.id());
    Files.writeString(tokenFile, next.value());
    assertThat(adapter.self().scopes()).containsExactly("api");
  }

  @Test
  void aRevokedCredentialIsSentOnceMoreOnlyIfItsFileChanged() {
    simulator.revokeToken(credential.id());
    assertThat(rejected(() -> adapter.self()).reason()).isEqualTo(Reason.ACCESS_DENIED);
    assertThat(simulator.history().stream().filter(entry -> entry.rawPath().contains("self")))
        .hasSize(1);
  }

  @Test
  void saysWhichRightIsMissing() {
    simulator.addUser("maintainer");
    RejectedException refused =
        rejected(() -> asMaintainer().issueToken(shopOf("platform/shop"), token("one")));
    assertThat(refused.reason()).isEqualTo(Reason.ACCESS_DENIED);
    assertThat(refused.sentence())
        .isEqualTo(
            "GitLab refused to create a group token in platform/shop (400). Give the operator's"
                + " token scope api and role Owner there.");
  }

  private GroupRef shopOf(String path) {
    GroupRef shop = givenGroup(path);
    simulator.addMember(path, "maintainer", 40);
    return shop;
  }

  private GitLab4jAdapter asMaintainer() throws IOException {
    Files.writeString(tokenFile, simulator.addPersonalToken("maintainer", "api").value());
    adapter.close();
    adapter = adapterFor(simulator.url());
    return adapter;
  }

  @Test
  void aNameThatGitLabDoesNotAllowIsReserved() {
    RejectedException refused =
        rejected(() -> adapter.createGroup(new NewGroup("dashboard", "x", Optional.empty(), "")));
    assertThat(refused.reason()).isEqualTo(Reason.NAME_RESERVED);
  }

  @Test
  void aDateThatIsTooLateIsAnAnswer() throws StepException {
    GroupRef shop = givenGroup("platform/shop");
    LocalDate late = LocalDate.now(Clock.systemUTC()).plusDays(900);
    assertThat(adapter.issueToken(shop, new NewToken("one", "", late)))
        .isInstanceOf(Issuance.DateRefused.class);
  }

  @Test
  void tellsTheServersTime() throws StepException {
    simulator.clock().skewDateHeader(Duration.ofMinutes(7));
    adapter.self();
    assertThat(adapter.skew()).isBetween(Duration.ofMinutes(6), Duration.ofMinutes(8));
    assertThat(adapter.serverTime())
        .isAfter(Clock.systemUTC().instant().plus(Duration.ofMinutes(6)));
  }

  @Test
  void aServerThatIsNotThereIsUnavailable() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    try (GitLab4jAdapter lost = adapterFor("http://127.0.0.1:" + port)) {
      assertThat(retryable(lost::self).reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
    }
  }

  @Test
  void refusesAnAddressWithoutTls() {
    assertThatThrownBy(() -> adapterFor("http://gitlab.example.org"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("https");
  }

  @Test
  void showsTheCredentialNowhere() {
    simulator.revokeToken(credential.id());
    assertThat(rejected(() -> adapter.self()).toString()).doesNotContain(credential.value());
    assertThat(SecretValue.of(credential.value()).toString()).isEqualTo("(hidden)");
  }
}
