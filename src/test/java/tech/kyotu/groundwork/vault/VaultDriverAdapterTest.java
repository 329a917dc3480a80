package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.MovableClock;
import tech.kyotu.groundwork.testing.Settings;
import tech.kyotu.groundwork.vault.StubVault.Reply;

/** What each answer means, whoever gives it. */
class VaultDriverAdapterTest {
  private static final String ABSENT = "{\"errors\":[]}";
  private static final Reply GRANTED =
      Reply.of(200, "{\"auth\":{\"client_token\":\"hvs.canary\",\"lease_duration\":3600}}");
  private static final Reply FOUND = Reply.of(200, "{\"data\":{\"policy\":\"text\"}}");

  private static final Reply NOBODY = Reply.of(204, "");
  private static final Reply TEAM = Reply.of(200, "{\"data\":{\"id\":\"g-1\",\"name\":\"team\"}}");

  private final MovableClock clock = MovableClock.at("2026-11-20T12:00:00Z");
  private final StubVault stub = new StubVault();
  private @TempDir Path files;
  private Vault vault;

  @BeforeEach
  void holdAToken() throws IOException {
    Files.writeString(files.resolve("token"), "hvs.first\n");
    Files.writeString(files.resolve("jwt"), "jwt-canary\n");
    vault = connected(Map.of("vault.token-file", files.resolve("token").toString()));
  }

  @AfterEach
  void close() {
    stub.close();
  }

  private Vault connected(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("vault.address", stub.url() + "/");
    settings.put("vault.jwt-file", files.resolve("jwt").toString());
    return new VaultDriverAdapter(Settings.of(settings).vault(), clock, Duration.ofSeconds(2));
  }

  private static RetryableException retryable(ThrowingCallable call) {
    return catchThrowableOfType(RetryableException.class, call);
  }

  private static RejectedException rejected(ThrowingCallable call) {
    return catchThrowableOfType(RejectedException.class, call);
  }

  @Test
  void sendsOnePathWithOneTokenAndListsAsLists() throws StepException {
    stub.answering(Reply.of(204, ""));

    vault.writePolicy("project-a-dev-access", "text");
    vault.writeGroup("project-a-dev", Set.of("p2", "p1"), Set.of("m"), Map.of("uid", "u"));
    vault.deleteRole("project-a-dev");

    assertThat(stub.asked())
        .hasSize(3)
        .satisfies(
            asked -> {
              assertThat(asked.get(0))
                  .isEqualTo(
                      "POST /v1/sys/policies/acl/project-a-dev-access hvs.first"
                          + " {\"policy\":\"text\"}");
              assertThat(asked.get(1))
                  .contains(
                      "\"policies\":[\"p1\",\"p2\"]",
                      "\"member_group_ids\":[\"m\"]",
                      "\"metadata\":{\"uid\":\"u\"}");
              assertThat(asked.get(2))
                  .isEqualTo("DELETE /v1/auth/kubernetes/role/project-a-dev hvs.first");
            });
  }

  private static Reply mountedAs(String accessor) {
    return Reply.of(200, "{\"data\":{\"oidc/\":{\"accessor\":\"" + accessor + "\"}}}");
  }

  /** What was asked since the last time, without token and body. */
  private List<String> asked() {
    List<String> asked =
        stub.asked().stream().map(all -> all.replaceFirst(" (hvs|null).*", "")).toList();
    stub.asked().clear();
    return asked;
  }

  @Test
  void readsOnceForManyProjectsWhatBelongsToTheServer() throws StepException {
    stub.answering(mountedAs("jwt_1"), TEAM);
    vault.externalGroup("a@example.org");
    clock.advance(Duration.ofMinutes(4));
    vault.externalGroup("b@example.org");

    assertThat(stub.asked().get(2)).contains("\"alias_mount_accessor\":\"jwt_1\"");
    assertThat(asked())
        .containsExactly(
            "GET /v1/sys/auth", "POST /v1/identity/lookup/group", "POST /v1/identity/lookup/group");

    clock.advance(Duration.ofMinutes(2));
    stub.answering(mountedAs("jwt_1"), TEAM);
    vault.externalGroup("b@example.org");
    assertThat(asked()).containsExactly("GET /v1/sys/auth", "POST /v1/identity/lookup/group");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404})
  void readsAnewWhatBelongsToTheServerAfterARefusal(int status) throws StepException {
    stub.answering(mountedAs("jwt_1"), TEAM);
    vault.externalGroup("a@example.org");
    Reply refusal = Reply.of(status, "{\"errors\":[\"no handler for route\"]}");
    stub.answering(refusal);
    assertThat(rejected(() -> vault.policy("x"))).isNotNull();
    asked();

    stub.answering(mountedAs("jwt_2"), TEAM);
    vault.externalGroup("a@example.org");

    assertThat(stub.asked().get(1)).contains("\"alias_mount_accessor\":\"jwt_2\"");
  }

  @Test
  void takesAGroupForAbsentOnlyByTheAccessorOfNow() throws StepException {
    stub.answering(mountedAs("jwt_1"), NOBODY);
    assertThat(vault.externalGroup("a@example.org")).isEmpty();
    assertThat(asked()).containsExactly("GET /v1/sys/auth", "POST /v1/identity/lookup/group");

    clock.advance(Duration.ofMinutes(1));
    stub.answering(NOBODY, mountedAs("jwt_2"), TEAM);

    assertThat(vault.externalGroup("a@example.org")).isPresent();
    assertThat(stub.asked().get(2)).contains("\"alias_mount_accessor\":\"jwt_2\"");
  }

  @Test
  void takesNoFailedReadForAMissingAuthMethod() {
    stub.answering(Reply.of(503, "{\"errors\":[\"Vault is sealed\"]}"));
    assertThat(retryable(() -> vault.externalGroup("a@example.org"))).isNotNull();

    stub.answering(Reply.of(200, "{\"data\":{\"token/\":{}}}"));
    assertThat(rejected(() -> vault.externalGroup("a@example.org")).reason())
        .isEqualTo(Reason.PREREQUISITE_MISSING);
  }

  @Test
  void remembersTheVersionOfTheEngineWhileItIsTheRightOne() throws StepException {
    stub.answering(Reply.of(200, "{\"data\":{\"options\":{\"version\":\"1\"}}}"));
    assertThat(vault.keyValueVersion()).contains(1);

    stub.answering(Reply.of(200, "{\"data\":{\"options\":{\"version\":\"2\"}}}"));
    assertThat(vault.keyValueVersion()).contains(2);
    assertThat(vault.keyValueVersion()).contains(2);
    assertThat(stub.asked()).hasSize(2);
  }

  @Test
  void readsListsThatAreLongerThanOtherAnswers() throws StepException {
    String keys =
        IntStream.range(0, 30_000)
            .mapToObj(number -> "\"project-" + "x".repeat(60) + number + "-access\"")
            .collect(Collectors.joining(","));
    stub.answering(Reply.of(200, "{\"data\":{\"keys\":[" + keys + "]}}"));

    assertThat(vault.policies()).hasSize(30_000);
  }

  @Test
  void keepsEveryLetterOfAMailInAPath() throws StepException {
    stub.answering(Reply.of(404, ABSENT));

    assertThat(vault.group("groundwork-a+b@example.org")).isEmpty();

    // The driver decodes what we encode and quotes again; a plus stays a plus, so nothing is lost.
    assertThat(stub.asked())
        .containsExactly("GET /v1/identity/group/name/groundwork-a+b@example.org hvs.first");
  }

  @Test
  void goesThroughTheProxyOfTheSettings() throws StepException {
    stub.answering(FOUND);
    Vault proxied =
        new VaultDriverAdapter(
            Settings.of(
                    Map.of(
                        "vault.address", "http://vault.invalid:8200",
                        "vault.proxy", stub.url(),
                        "vault.token-file", files.resolve("token").toString()))
                .vault(),
            MovableClock.at("2026-11-20T12:00:00Z"));

    assertThat(proxied.policy("x")).contains("text");
    assertThat(stub.asked().get(0)).contains("http://vault.invalid:8200/v1/sys/policies/acl/x");
  }

  @Test
  void takesOnlyVaultsOwnAnswerForAbsence() throws StepException {
    stub.answering(Reply.of(404, ABSENT));
    assertThat(vault.policy("x")).isEmpty();
    assertThat(vault.list("x")).isEmpty();

    stub.answering(Reply.of(404, "<html>not found</html>"));
    assertThat(retryable(() -> vault.policy("x")).reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
    assertThat(retryable(() -> vault.list("x")).reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
    assertThat(retryable(() -> vault.deletePolicy("x"))).isNotNull();

    stub.answering(Reply.of(404, "{\"errors\":[\"no handler for route\"]}"));
    assertThat(rejected(() -> vault.policy("x")).reason()).isEqualTo(Reason.PREREQUISITE_MISSING);
    assertThat(rejected(() -> vault.list("x")).reason()).isEqualTo(Reason.PREREQUISITE_MISSING);
    assertThat(rejected(() -> vault.deletePolicy("x")).reason())
        .isEqualTo(Reason.PREREQUISITE_MISSING);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308, 401, 412, 418, 472, 473, 500, 501, 502, 503, 504})
  void triesAgainLaterWhileVaultCannotAnswer(int status) {
    stub.answering(Reply.of(status, ABSENT).with("Location", "http://127.0.0.1:1/elsewhere"));

    assertThat(retryable(() -> vault.policy("x")).reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
    assertThat(retryable(() -> vault.list("x"))).isNotNull();
    assertThat(retryable(() -> vault.writePolicy("x", "y"))).isNotNull();
    assertThat(retryable(() -> vault.deletePolicy("x"))).isNotNull();
    assertThat(stub.asked()).as("neither repeated nor followed").hasSize(4);
  }

  @Test
  void namesTheRemedyOfAStandby() {
    for (int status : List.of(307, 308, 472, 473)) {
      stub.answering(Reply.of(status, ""));
      assertThat(retryable(() -> vault.policy("x"))).hasMessageContaining("active address");
    }
    stub.answering(Reply.of(503, "{\"errors\":[\"Vault is sealed\"]}"));
    assertThat(retryable(() -> vault.policy("x"))).hasMessageContaining("sealed");
  }

  @Test
  void waitsAsLongAsItIsAskedTo() {
    stub.answering(Reply.of(429, ABSENT).with("Retry-After", "17"));
    RetryableException limited = retryable(() -> vault.writePolicy("x", "y"));
    assertThat(limited.reason()).isEqualTo(Reason.RATE_LIMITED);
    assertThat(limited.retryAfter()).contains(Duration.ofSeconds(17));

    stub.answering(Reply.of(429, ABSENT).with("Retry-After", "soon"));
    assertThat(retryable(() -> vault.policy("x")).retryAfter()).isEmpty();

    stub.answering(Reply.of(412, ABSENT));
    assertThat(retryable(() -> vault.policy("x")).retryAfter()).contains(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"<html>welcome</html>", "", "{\"data\":{\"policy\":\"te", "{}", "[]", "7"})
  void mistrustsASuccessThatIsNotVaults(String body) {
    stub.answering(Reply.of(200, body));

    assertThat(retryable(() -> vault.policy("x")).reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
    assertThat(retryable(() -> vault.list("x"))).isNotNull();
    assertThat(retryable(() -> vault.role("x"))).isNotNull();
    if (!body.equals("{}")) {
      assertThat(retryable(() -> vault.writePolicy("x", "y"))).isNotNull();
      assertThat(retryable(() -> vault.deletePolicy("x"))).isNotNull();
    }
  }

  @Test
  void knowsThatAWriteWithoutAnAnswerMayHaveTakenEffect() {
    for (Reply reply :
        List.of(FOUND.cutShort(), FOUND.withoutEnd(), Reply.of(500, "{\"errors\":[\"x\"]}"))) {
      stub.answering(reply);
      assertThat(retryable(() -> vault.writePolicy("x", "y")).isOutcomeUnknown()).isTrue();
      assertThat(retryable(() -> vault.deletePolicy("x")).isOutcomeUnknown()).isTrue();
      assertThat(retryable(() -> vault.policy("x")).isOutcomeUnknown()).isFalse();
    }
  }

  @Test
  void endsAnAnswerThatIsTooLong() {
    stub.answering(Reply.of(200, "{\"data\":{\"policy\":\"" + "x".repeat(2 << 20) + "\"}}"));

    assertThat(retryable(() -> vault.policy("x")).reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
  }

  @Test
  void triesAgainLaterWhenNobodyIsThere() {
    stub.close();

    assertThat(retryable(() -> vault.policy("x")).reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
  }

  @Test
  void quotesARefusalWithoutWhatMustNotBeSeen() {
    stub.answering(Reply.of(400, "{\"errors\":[\"token=hvs.canarycanary is bad\",\"line two\"]}"));

    RejectedException refused = rejected(() -> vault.writePolicy("project-x", "y"));

    assertThat(refused)
        .hasMessageContaining("sys/policies/acl/project-x")
        .hasMessageContaining("line two");
    assertThat(refused.getMessage()).doesNotContain("canary");
  }

  @Test
  void letsABugEscape() {
    stub.answering(Reply.of(405, "{\"errors\":[\"unsupported operation\"]}"));

    assertThatThrownBy(() -> vault.policy("x")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void readsTheTokenFileAgainWhenItsTokenIsRefused() throws Exception {
    stub.answering(FOUND);
    vault.policy("x");
    Files.writeString(files.resolve("token"), "hvs.second");
    stub.answering(Reply.of(403, "{\"errors\":[\"permission denied\"]}"), FOUND);

    assertThat(vault.policy("x")).contains("text");

    assertThat(stub.asked())
        .containsExactly(
            "GET /v1/sys/policies/acl/x hvs.first",
            "GET /v1/sys/policies/acl/x hvs.first",
            "GET /v1/sys/policies/acl/x hvs.second");
  }

  @Test
  void logsInAndRepeatsOnceAndThenNamesThePathThatIsRefused() {
    Vault pod = connected(Map.of());
    Reply denied = Reply.of(403, "{\"errors\":[\"permission denied\"]}");
    stub.answering(GRANTED, denied, GRANTED, denied);

    RejectedException refused = rejected(() -> pod.writePolicy("project-x", "y"));

    assertThat(refused.reason()).isEqualTo(Reason.ACCESS_DENIED);
    assertThat(refused).hasMessageContaining("sys/policies/acl/project-x");
    assertThat(stub.asked())
        .extracting(asked -> asked.replaceFirst(" hvs.*| null.*", ""))
        .containsExactly(
            "POST /v1/auth/kubernetes/login",
            "POST /v1/sys/policies/acl/project-x",
            "POST /v1/auth/kubernetes/login",
            "POST /v1/sys/policies/acl/project-x");
    assertThat(stub.asked().get(0))
        .contains("\"role\":\"groundwork\"", "\"jwt\":\"jwt-canary\"", "null");
  }

  @Test
  void tellsARefusedLoginFromOneThatMayWorkLater() {
    Vault pod = connected(Map.of());
    stub.answering(Reply.of(403, "{\"errors\":[\"permission denied\"]}"));
    assertThat(rejected(() -> pod.policy("x")))
        .hasMessageContaining("auth/kubernetes/login")
        .hasMessageContaining("role groundwork");

    stub.answering(Reply.of(400, "{\"errors\":[\"jwt-canary is invalid\"]}"));
    RetryableException later = retryable(() -> pod.policy("x"));
    assertThat(later.getMessage()).doesNotContain("canary");

    stub.answering(Reply.of(200, "{\"auth\":null}"));
    assertThat(retryable(() -> pod.policy("x"))).isNotNull();
  }

  @Test
  void saysWhichFileOfASettingIsMissing() throws IOException {
    Files.delete(files.resolve("token"));

    assertThat(rejected(() -> vault.policy("x"))).hasMessageContaining("vault.token-file");
    assertThat(stub.asked()).isEmpty();
  }

  @Test
  void refusesAnAuthorityFileThatIsNone() throws IOException {
    Path bad = Files.writeString(files.resolve("ca.pem"), "no certificate");

    assertThatThrownBy(() -> connected(Map.of("vault.ca-file", bad.toString())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vault.ca-file");
  }
}
