package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.gitlab.GitLab.GroupCreation;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.gitlab.GitLab.NewGroup;
import tech.kyotu.groundwork.gitlab.GitLab.NewToken;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.MovableClock;
import tech.kyotu.groundwork.testing.Settings;

/** Answers that no GitLab gives, but that come from where one should be. */
class GitLabWireIT {

  private static final GroupRef SHOP = new GroupRef(7, "platform/shop");
  private static final String SHOP_JSON = "{\"id\":7,\"full_path\":\"platform/shop\"}";
  private static final NewGroup NEW_SHOP =
      new NewGroup("shop", "shop", Optional.of(new GroupRef(1, "platform")), "");
  private static final NewToken PULLER =
      new NewToken("puller", "Do not revoke.", LocalDate.parse("2027-01-19"));

  @TempDir private static Path folder;
  private static final MovableClock CLOCK = MovableClock.at("2026-11-20T12:00:00Z");
  private static RawServer server;
  private static GitLab4jAdapter adapter;
  private static volatile RawServer.Script script;

  /** The address itself answers well; all else is as the test's script says. */
  @BeforeAll
  static void start() throws IOException {
    server =
        new RawServer(
            request ->
                request.endsWith("/version") ? RawServer.json(401, "{}") : script.answer(request));
    Files.writeString(folder.resolve("token"), "glpat-any");
    adapter = adapterWith(ClientSettings.PATIENCE, Map.of());
  }

  @AfterAll
  static void stop() throws IOException {
    adapter.close();
    server.close();
  }

  private static GitLab4jAdapter adapterWith(Duration patience, Map<String, String> further) {
    Map<String, String> settings = new HashMap<>(further);
    settings.put("gitlab.url", server.url());
    settings.put("gitlab.token-file", folder.resolve("token").toString());
    settings.put("gitlab.requests-per-minute", "60000");
    return new GitLab4jAdapter(Settings.of(settings).gitlab(), CLOCK, Pause.REAL, patience);
  }

  private static void given(RawServer.Script answers) {
    script = answers;
    server.forgetAsked();
    CLOCK.advance(Duration.ofMinutes(10)); // so that no earlier 429 is heard any more
  }

  private static RetryableException trouble(ThrowingCallable call) {
    return catchThrowableOfType(RetryableException.class, call);
  }

  @Test
  void aServerThatNeverAnswersIsLeft() {
    given(request -> RawServer.SILENCE);
    try (GitLab4jAdapter hasty = adapterWith(Duration.ofMillis(200), Map.of())) {
      assertThat(trouble(() -> hasty.findGroup("platform")).reason())
          .isEqualTo(Reason.REMOTE_UNAVAILABLE);
      assertThat(trouble(() -> hasty.createGroup(NEW_SHOP)).isOutcomeUnknown()).isTrue();
      assertThat(trouble(() -> hasty.revokeToken(SHOP, 9)).reason())
          .isEqualTo(Reason.REMOTE_UNAVAILABLE);
    }
  }

  @Test
  void anAnswerThatStopsInTheMiddleIsLeft() {
    String half = RawServer.json(200, SHOP_JSON).replace("platform/shop\"}", "");
    given(request -> half);
    try (GitLab4jAdapter hasty = adapterWith(Duration.ofMillis(200), Map.of())) {
      assertThat(trouble(() -> hasty.group(7)).reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
    }
  }

  @Test
  void aPostOnAKeptAliveConnectionThatDropsIsSentOnce() throws StepException {
    assertPostIsSentOnce(adapter);
  }

  /** Behind a proxy it is another client, with its own ideas of what to repeat. */
  @Test
  void aPostThroughAProxyIsSentOnceToo() throws Exception {
    try (ForwardProxy proxy = new ForwardProxy(0);
        GitLab4jAdapter behind =
            adapterWith(ClientSettings.PATIENCE, Map.of("gitlab.proxy", proxy.url()))) {
      assertPostIsSentOnce(behind);
      assertThat(proxy.asked()).isNotEmpty();
    }
  }

  private static void assertPostIsSentOnce(GitLab gitlab) throws StepException {
    given(
        request -> request.startsWith("GET") ? RawServer.json(200, SHOP_JSON) : RawServer.HANG_UP);
    assertThat(gitlab.group(7)).isPresent();
    assertThat(trouble(() -> gitlab.issueToken(SHOP, PULLER)).isOutcomeUnknown()).isTrue();
    List<String> posts = asked(" POST ");
    assertThat(posts).hasSize(1);
    assertThat(asked("groups/7?").get(0).split(" ", 2)[0])
        .as("the connection")
        .isEqualTo(posts.get(0).split(" ", 2)[0]);
  }

  private static List<String> asked(String part) {
    return server.asked().stream().filter(request -> request.contains(part)).toList();
  }

  @Test
  void aListThatIsTooLongIsUnreadable() throws IOException {
    String row = "{\"id\":1,\"created_at\":\"2026-11-20\",\"name\":\"%s\"}";
    String fits = "[" + row.formatted("x".repeat((1 << 20) - 100)) + "]";
    String tooLong = "[" + row.formatted("x".repeat(1 << 20)) + "]";
    given(request -> RawServer.json(200, request.contains("/7/") ? fits : tooLong));
    assertThat(catchThrowableOfType(StepException.class, () -> adapter.tokens(SHOP))).isNull();
    RetryableException trouble = trouble(() -> adapter.tokens(new GroupRef(8, "platform/x")));
    assertThat(trouble.sentence())
        .isEqualTo(
            "GitLab's answer to list the tokens of group platform/x cannot be read (200). Is a"
                + " proxy in the way? It is tried again.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "0", "\"7\"", "9223372036854775808", "7.5", "null", "true", "[7]"})
  void anIdThatIsNoneMakesTheAnswerUnreadable(String id) {
    given(
        request ->
            RawServer.json(
                request.startsWith("POST") ? 201 : 200,
                SHOP_JSON.replace("7", id).replace("}", ",\"token\":\"glpat-new\"}")));
    assertThat(trouble(() -> adapter.group(7)).sentence()).contains("cannot be read (200)");
    assertThat(trouble(() -> adapter.createGroup(NEW_SHOP)).isOutcomeUnknown()).isTrue();
    assertThat(trouble(() -> adapter.issueToken(SHOP, PULLER)).isOutcomeUnknown()).isTrue();
  }

  @Test
  void theGreatestIdIsOne() throws Exception {
    given(request -> RawServer.json(200, SHOP_JSON.replace("7", "9223372036854775807")));
    assertThat(adapter.group(Long.MAX_VALUE)).map(GitLab.Group::id).contains(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "glpat-\\\"canary",
        "glpat-'canary",
        "glpat-\\ncanary",
        "glpat-\\u0000canary",
        "glpat- canary",
        "glpat-\\\\canary",
        "glpat-\\u00fccanary",
        "\\u007fcanary",
        ""
      })
  void aValueThatNoTokenHasIsUnreadableAndQuotedNowhere(String value) throws IOException {
    String issued =
        "{\"id\":9,\"created_at\":\"2026-11-20T12:00:00Z\",\"token\":\"" + value + "\"}";
    given(request -> RawServer.json(201, issued));
    RetryableException trouble = trouble(() -> adapter.issueToken(SHOP, PULLER));
    assertThat(trouble.isOutcomeUnknown()).isTrue();
    assertThat(trouble).hasNoCause();
    assertThat(trouble.sentence()).contains("cannot be read (201)").doesNotContain("canary");
  }

  @Test
  void aListWithoutAnEndIsLeftAfterTwoHundredPages() {
    given(request -> RawServer.json(200, "[]", "X-Next-Page: 2"));
    assertThat(trouble(() -> adapter.tokens(SHOP)).sentence()).contains("cannot be read (200)");
    assertThat(server.asked()).filteredOn(it -> it.contains("access_tokens?")).hasSize(200);
  }

  @Test
  void linksAloneLeadToEveryPage() throws Exception {
    given(
        request -> {
          String self = server.url() + "/api/v4/groups/7/access_tokens?id=7&per_page=100&page=";
          int page = Integer.parseInt(request.replaceAll(".*[?&]page=([0-9]+).*", "$1"));
          String first = "<" + self + "1>; rel=\"first\", <" + self + "3>; rel=\"last\"";
          String previous = page > 1 ? "<" + self + (page - 1) + ">; rel=\"prev\", " : "";
          String next = page < 3 ? "<" + self + (page + 1) + ">; rel=\"next\", " : "";
          String row = "[{\"id\":%d,\"created_at\":\"2026-11-20\"}]".formatted(page);
          return RawServer.json(200, row, "Link: " + previous + next + first);
        });
    assertThat(adapter.tokens(SHOP)).extracting(GitLab.Token::id).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aNextPageWithoutANumberIsNotTheEnd() {
    given(
        request ->
            RawServer.json(
                200,
                "[]",
                "Link: <"
                    + server.url()
                    + "/api/v4/groups?cursor=eyJ&per_page=100>; rel=\"next\""));
    assertThat(trouble(() -> adapter.tokens(SHOP)).sentence()).contains("cannot be read (200)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "120 | 120",
        "86400 | 300",
        "'Fri, 20 Nov 2026 12:01:30 GMT' | 90",
        "'Sat, 21 Nov 2026 12:00:00 GMT' | 300",
        "'Fri, 20 Nov 2026 11:00:00 GMT' | 0",
        "soon | 60"
      })
  void waitsAsLongAsA429SaysButNeverOverFiveMinutes(String retryAfter, int seconds) {
    given(
        request ->
            RawServer.answer(
                429,
                "text/plain",
                "Retry later\n",
                "Date: Fri, 20 Nov 2026 12:00:00 GMT",
                "Retry-After: " + retryAfter));
    RetryableException limited = trouble(() -> adapter.issueToken(SHOP, PULLER));
    assertThat(limited.reason()).isEqualTo(Reason.RATE_LIMITED);
    assertThat(limited.retryAfter()).hasValue(Duration.ofSeconds(seconds));
  }

  @Test
  void aPathThatARenamedGroupHadIsTaken() throws Exception {
    String body = "{\"message\":\"Failed to save group {:path=>[\\\"has been taken before\\\"]}\"}";
    given(request -> RawServer.json(400, body));
    assertThat(adapter.createGroup(NEW_SHOP)).isInstanceOf(GroupCreation.Taken.class);
  }

  @Test
  void aPageOfAProxyIsNoAbsence() {
    given(request -> RawServer.page(404));
    assertThat(trouble(() -> adapter.findGroup("platform/shop"))).isNotNull();
    assertThat(trouble(() -> adapter.group(7))).isNotNull();
    assertThat(trouble(() -> adapter.tokens(SHOP))).isNotNull();
    assertThat(trouble(() -> adapter.revokeToken(SHOP, 9))).isNotNull();
    assertThat(trouble(() -> adapter.createGroup(NEW_SHOP)).isOutcomeUnknown()).isTrue();
  }

  @Test
  void aTokenIsAbsentOnlyIfTheServerStillShowsItsGroup() {
    given(
        request ->
            request.startsWith("DELETE")
                ? RawServer.json(404, "{\"message\":\"404 Not found\"}")
                : RawServer.page(404));
    assertThat(trouble(() -> adapter.revokeToken(SHOP, 9))).isNotNull();
  }
}
