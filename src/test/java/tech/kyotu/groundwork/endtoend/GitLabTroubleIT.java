package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.endtoend.Expected.ARGO;
import static tech.kyotu.groundwork.endtoend.Expected.FLUX;
import static tech.kyotu.groundwork.endtoend.Expected.GROUP;
import static tech.kyotu.groundwork.endtoend.Expected.NAMESPACE;
import static tech.kyotu.groundwork.endtoend.Expected.REGISTRY;
import static tech.kyotu.groundwork.endtoend.Expected.VAULT;
import static tech.kyotu.groundwork.endtoend.Expected.missing;
import static tech.kyotu.groundwork.endtoend.Expected.stalled;
import static tech.kyotu.groundwork.endtoend.Expected.unknown;
import static tech.kyotu.groundwork.endtoend.Installation.SOON;

import io.fabric8.kubernetes.api.model.Condition;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tech.kyotu.groundwork.gitlab.simulator.Fault;
import tech.kyotu.groundwork.gitlab.simulator.TokenView;
import tech.kyotu.groundwork.playground.World;

/** What GitLab and its registry can answer but the wanted, and what a Project shows of it. */
class GitLabTroubleIT extends InTrouble {
  private static final int OWNER = 50;

  /** Nothing is wrong with it. */
  private static final String STEADY = "steady";

  /** A token that is missing is looked for for half a minute, so this one is made first of all. */
  private static final String DYING = "dying";

  private static final Map<String, String> OFTEN =
      Map.of(
          "groundwork.gitlab.check-interval",
          "PT2S",
          "groundwork.retry.longest",
          "PT2S",
          "groundwork.retry.rejected",
          "PT2S");

  private long operatorId;
  private int number;

  GitLabTroubleIT() {
    super("trouble-gitlab", OFTEN);
  }

  @Override
  void prepare(World world) {
    // Users are numbered in the order in which they come; the operator's came just before.
    operatorId = gitlab.addUser("another-owner") - 1;
    gitlab.addMember(World.PARENT_GROUP, "another-owner", OWNER);
  }

  @BeforeAll
  @Override
  void start() {
    super.start();
    // In a group that it made itself, the operator trusts what it remembers for five minutes.
    var unused = gitlab.addGroup(World.PARENT_GROUP + "/" + DYING, GITLAB_USER);
    at.settle(DYING, STEADY);
  }

  /** Something wrong with one group alone, by the group's id. */
  record OfOneGroup(LongFunction<Fault> fault, Expected shown) {}

  /** Something wrong with all of GitLab. */
  record OfAll(String name, Fault fault, Expected shown) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<OfOneGroup> ofOneGroup() {
    Expected denied =
        stalled("AccessDenied", REGISTRY)
            .besides(NAMESPACE, GROUP, VAULT, FLUX, ARGO)
            .saying("Give the operator's token scope api and role Owner there.", "Next try ")
            .saying("5 of 6 in place.");
    Expected away = unknown("RemoteUnavailable", REGISTRY).besides(NAMESPACE, VAULT, FLUX, ARGO);
    return Stream.of(
        new OfOneGroup(refused(400), denied.saying("GitLab refused to create", "(400)")),
        new OfOneGroup(
            refused(401), denied.saying("GitLab refused to create a group token in", "401")),
        new OfOneGroup(
            refused(403), denied.saying("GitLab refused to create a group token in", "403")),
        new OfOneGroup(
            refused(404),
            stalled("PrerequisiteMissing", REGISTRY)
                .besides(NAMESPACE, GROUP, VAULT, FLUX, ARGO)
                .saying("(404)", "absent or hidden. Create it, or grant Owner.", "Next try ")),
        new OfOneGroup(refused(500), away.saying("GitLab does not answer (500)")),
        new OfOneGroup(
            id -> tokens(id).repliesHtml(200),
            away.saying("cannot be read (200)", "Is a proxy in the way?")));
  }

  /** All at once, so that their slow retries run side by side. */
  @Test
  void eachProjectShowsWhatGitLabRefusesItAndTheirNeighbourDoesNotSuffer() {
    Map<String, OfOneGroup> rows = new TreeMap<>();
    ofOneGroup().forEach(row -> rows.put("one" + rows.size(), row));
    rows.forEach(
        (id, row) -> {
          long group = gitlab.addGroup(World.PARENT_GROUP + "/" + id, GITLAB_USER);
          gitlab.arm(row.fault().apply(group));
          at.create(id);
        });
    rows.forEach((id, row) -> at.awaitShown(id, row.shown()));
    at.settle("neighbour");
    rows.keySet()
        .forEach(id -> assertThat(gitlab.liveTokens(World.PARENT_GROUP + "/" + id)).isEmpty());

    gitlab.disarm();
    rows.keySet().forEach(id -> at.awaitReady(id, SOON));
    at.assertNothingLostOrDoubled(rows.keySet().toArray(String[]::new));
    at.assertNothingLostOrDoubled("neighbour");
  }

  static Stream<OfAll> ofAll() {
    Expected away =
        unknown("RemoteUnavailable", GROUP).besides(NAMESPACE, VAULT, FLUX, ARGO).saying("4 of 6");
    return Stream.of(
        new OfAll(
            "503",
            all().replies(503, "application/json", "{}"),
            away.saying("GitLab does not answer (503) since ", "Nothing to do unless it lasts")),
        new OfAll("closed", all().closes(), away.saying("GitLab does not answer", " since ")),
        new OfAll("a page", all().repliesHtml(200), away.saying("cannot be read (200)")),
        new OfAll("a page that says 404", all().repliesHtml(404), away.saying("read (404)")),
        new OfAll("half an answer", all().repliesHalfJson(), away.saying("cannot be read (200)")),
        new OfAll(
            "404 of the group above",
            Fault.on("POST", "/groups")
                .always()
                .replies(404, "application/json", "{\"message\":\"404 Group Not Found\"}"),
            stalled("PrerequisiteMissing", GROUP)
                .besides(NAMESPACE, VAULT, FLUX, ARGO)
                .saying("platform", "is absent or hidden. Create it, or grant Owner.")
                .saying("Next try ", "4 of 6 in place.")),
        new OfAll(
            "403 to a new group",
            Fault.on("POST", "/groups").always().replies(403, "application/json", "{\"m\":1}"),
            stalled("AccessDenied", GROUP)
                .besides(NAMESPACE, VAULT, FLUX, ARGO)
                .saying("GitLab refused to create group", "(403)", "role Owner there.")
                .saying("Next try ", "4 of 6 in place.")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ofAll")
  void aProjectShowsThatGitLabIsAwayAndIsMadeOnceItIsBack(OfAll row) {
    String troubled = "all" + ++number;
    var armed = gitlab.arm(row.fault());
    at.create(troubled);
    await().atMost(SOON).until(() -> armed.fired() > 0);
    at.awaitShown(troubled, row.shown());

    gitlab.disarm();
    at.awaitReady(troubled, SOON);
    at.assertNothingLostOrDoubled(troubled);
    at.awaitEvents(
        troubled,
        "Warning " + row.shown().reason(),
        "Normal NamespaceCreated",
        "Normal GroupCreated",
        "Normal TokenIssued",
        "Normal Recovered");
  }

  @Test
  void aRightThatIsTakenAwayIsNamedAndNothingIsMadeElsewhere() {
    // Who owns a group below still sees the one above: the steady one's.
    gitlab.removeMember(World.PARENT_GROUP, operatorId);
    try {
      at.create("rightless");
      at.awaitShown(
          "rightless",
          stalled("AccessDenied", GROUP)
              .besides(NAMESPACE, VAULT, FLUX, ARGO)
              .saying("GitLab refused to create group rightless in platform (403).")
              .saying("Give the operator's token scope api and role Owner there.", "Next try "));
    } finally {
      gitlab.addMember(World.PARENT_GROUP, GITLAB_USER, OWNER);
    }
    at.awaitReady("rightless", SOON);
    at.assertNothingLostOrDoubled("rightless");
  }

  @Test
  void aLimitIsObeyedAndTheTimeOfTheNextTryIsTold() throws IOException, InterruptedException {
    // The window does not end while the clock stands, and its one call is used up by another.
    gitlab.clock().freeze();
    gitlab.limits().throttle(1, Duration.ofSeconds(15));
    assertThat(askAsOperator()).isEqualTo(200);
    at.create("limited");
    at.awaitShown(
        "limited",
        unknown("RateLimited", GROUP)
            .besides(NAMESPACE, VAULT, FLUX, ARGO)
            .saying("GitLab asked to wait (429). Next try ", " UTC, as it said.")
            .saying("If this repeats, raise the limit for the operator's user."));

    gitlab.limits().off();
    gitlab.clock().resume();
    at.awaitReady("limited", SOON);
    at.assertNothingLostOrDoubled("limited");
  }

  @Test
  void aTokenThatTheRegistryRefusesIsNeverPublished() {
    gitlab.arm(
        Fault.on("GET", "/jwt/auth")
            .always()
            .replies(401, "application/json", "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}"));
    at.create("probed");
    at.awaitShown(
        "probed",
        missing("ProbeFailed", REGISTRY)
            .besides(NAMESPACE, GROUP, VAULT, FLUX, ARGO)
            .saying("The registry refused new token ", "(401)", "Next try ")
            .saying("Check the registry address in the operator's settings."));
    assertThat(at.admin().secrets().inNamespace("probed-dev").list().getItems()).isEmpty();
    assertThat(gitlab.liveTokens(World.PARENT_GROUP + "/probed")).isEmpty();

    gitlab.disarm();
    at.requestReconcile("probed");
    at.awaitReady("probed", SOON);
    at.assertNothingLostOrDoubled("probed");
  }

  @Test
  void anAnswerThatIsLostLeavesOneGroupAndOneToken() {
    var group = gitlab.arm(Fault.on("POST", "/groups").afterCommit().closes());
    var token = gitlab.arm(Fault.on("POST", "/groups/:id/access_tokens").afterCommit().closes());
    at.create("lost");
    at.awaitReady("lost", SOON);

    assertThat(List.of(group.fired(), token.fired())).containsExactly(1, 1);
    at.assertNothingLostOrDoubled("lost");
  }

  @Test
  void aSettledProjectStaysReadyWhileGitLabIsAwayAndBothStepsSaySo() {
    gitlab.arm(all().replies(503, "application/json", "{}"));
    at.requestReconcile(STEADY);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              List<Condition> all = at.project(STEADY).statusOrUnseen().conditions();
              assertThat(all.get(0).getStatus() + all.get(0).getReason())
                  .isEqualTo("TrueProvisioned");
              assertThat(all.get(0).getMessage())
                  .startsWith("6 of 6 in place. GitLab does not answer")
                  .endsWith("existing access keeps working.");
              assertThat(all)
                  .extracting(Condition::getType)
                  .doesNotContain("Reconciling", "Stalled");
            });
    at.awaitStep(STEADY, GROUP, "Unknown RemoteUnavailable", "GitLab does not answer (503)");
    at.awaitStep(STEADY, REGISTRY, "Unknown RemoteUnavailable");

    gitlab.disarm();
    at.awaitReady(STEADY, SOON);
    at.assertNothingLostOrDoubled(STEADY);
  }

  /** What is answered from memory proves nothing of the server. */
  @Test
  void anOutageEndsNoSoonerThanGitLabAnswers() {
    var armed = gitlab.arm(all().replies(503, "application/json", "{}"));
    long ends = endsOfOutages();
    at.requestReconcile(STEADY);
    await().atMost(SOON).until(() -> armed.fired() > 3);
    assertThat(endsOfOutages()).as("ends of an outage that goes on").isEqualTo(ends);

    gitlab.disarm();
    at.awaitReady(STEADY, SOON);
  }

  @Test
  void aTokenThatDiedWhileGitLabIsAwayIsSaidAtOnceAndReplacedLater() {
    gitlab.arm(
        Fault.on("POST", "/groups/:id/access_tokens").always().replies(503, "text/plain", ""));
    List<TokenView> before = gitlab.liveTokens(World.PARENT_GROUP + "/" + DYING);
    gitlab.revokeToken(before.get(0).id());
    at.awaitShown(
        DYING,
        missing("TokenExpired", REGISTRY)
            .besides(NAMESPACE, GROUP, VAULT, FLUX, ARGO)
            .saying("The registry token was revoked", "(503)", "Image pulls fail now."));

    gitlab.disarm();
    at.awaitReady(DYING, SOON);
    at.assertNothingLostOrDoubled(DYING);
    assertThat(gitlab.liveTokens(World.PARENT_GROUP + "/" + DYING))
        .doesNotContainAnyElementsOf(before);
  }

  private int askAsOperator() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(gitlab.apiUrl() + "/version"))
            .header("PRIVATE-TOKEN", at.world().gitlabToken())
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }

  private long endsOfOutages() {
    return Installation.read(at.operator().log())
        .lines()
        .filter(line -> line.endsWith("GitLab answers again"))
        .count();
  }

  private static LongFunction<Fault> refused(int status) {
    String body = "{\"message\":\"" + status + "\"}";
    return id -> tokens(id).replies(status, "application/json", body);
  }

  private static Fault tokens(long group) {
    return Fault.on("POST", "/groups/" + group + "/access_tokens").always();
  }

  private static Fault all() {
    return Fault.on("*", "/api/v4/*").always();
  }
}
