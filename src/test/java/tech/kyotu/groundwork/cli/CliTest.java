package tech.kyotu.groundwork.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.cli.FakeApiServer.PROXY;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Command;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.view.AccessView;
import tech.kyotu.groundwork.view.CheckView;
import tech.kyotu.groundwork.view.InstallationView;
import tech.kyotu.groundwork.view.OrphansView;
import tech.kyotu.groundwork.view.PlanView;
import tech.kyotu.groundwork.view.PlanView.OfChange;
import tech.kyotu.groundwork.view.PlanView.OfFile;
import tech.kyotu.groundwork.view.PlanView.OfProject;
import tech.kyotu.groundwork.view.PlanView.OfStep;
import tech.kyotu.groundwork.view.PublishedSchemas;

/**
 * What each verb shows, letter for letter. The expected screens are files of {@code
 * src/test/resources/cli}; {@code -Dcli.write=true} writes them anew, to be read before they are
 * committed.
 */
class CliTest {

  private static final Path SCREENS = Path.of("src", "test", "resources", "cli");
  private static final Path CHECKOUTS = Path.of("target", "offline");
  private static final String MANIFESTS =
      " -f src/test/resources/offline/shop.yaml"
          + " --settings src/test/resources/offline/settings.properties";
  private static final String OFFLINE =
      "plan --offline --flux-repo target/offline/flux --deployment-repo target/offline/deployment"
          + MANIFESTS;
  private static final String PLAN = PROXY + "/api/v1/projects/ops/shop-dev/plan";

  /** One Project that is new, one whose name somebody has, and one as the operator left it. */
  @BeforeAll
  static void checkOut() throws IOException {
    for (String repository : List.of("flux", "deployment")) {
      try (Stream<Path> old = Files.walk(CHECKOUTS.resolve(repository))) {
        old.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      } catch (NoSuchFileException none) {
        // The first time there is nothing.
      }
      Files.createDirectories(CHECKOUTS.resolve(repository).resolve(".git"));
    }
    put("flux/projects/shop-qa/tenant.yaml", "# groundwork: owner=team/shop-qa uid=u-1\n");
    Typed live =
        Typed.at(
            new FakeApiServer(),
            "render -o json" + MANIFESTS.replace("/shop.yaml", "/shop-live.yaml"));
    for (JsonNode file : Json.read(live.out()).path("files")) {
      put(
          file.path("repository").asText() + "/" + file.path("path").asText(),
          file.path("content").asText());
    }
  }

  private static void put(String path, String text) throws IOException {
    Path file = CHECKOUTS.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, UTF_8);
  }

  /** One call and the file that holds its screen. */
  record Call(String screen, Supplier<FakeApiServer> server, String line) {
    @Override
    public String toString() {
      return screen + ": " + line;
    }
  }

  private static Call call(String screen, String line, Project... projects) {
    return call(screen, line, server -> {}, projects);
  }

  private static Call call(
      String screen, String line, Consumer<FakeApiServer> more, Project... projects) {
    return new Call(
        screen,
        () -> {
          FakeApiServer server = new FakeApiServer().with(projects);
          more.accept(server);
          return server;
        },
        line);
  }

  static Stream<Call> calls() {
    return Stream.of(
        call("get-table", "get", Told.ready(), billing()),
        call("get-all-wide", "get -A -o wide", Told.refused()),
        call("get-none", "get"),
        call("get-json", "get shop-dev -o json", Told.ready()),
        call("get-list-json", "get -o json", Told.ready(), billing()),
        call("get-name", "get -o name", Told.ready()),
        call("get-ready", "get shop-dev", Told.ready()),
        call("get-stalled", "get shop-dev", Told.refused()),
        call("get-unseen", "get shop-dev", Told.unseen()),
        call("trace-unseen", "trace shop-dev", Told.unseen()),
        call("trace-setting-up", "trace shop-dev", CliTest::followed, Told.settingUp()),
        call("trace-ready", "trace shop-dev", CliTest::followed, Told.ready()),
        call("trace-stalled", "trace shop-dev", CliTest::followersHidden, Told.refused()),
        call("trace-away", "trace shop-dev", CliTest::followed, Told.away()),
        call("trace-planned", "trace shop-dev", CliTest::followed, Told.planned()),
        call("trace-suspended", "trace shop-dev", CliTest::followed, Told.suspended()),
        call("trace-removing", "trace shop-dev", CliTest::followed, Told.removing()),
        call("trace-protected", "trace shop-dev", CliTest::followed, Told.protectedFromDeletion()),
        call("trace-json", "trace shop-dev -o json", CliTest::followed, Told.refused()),
        call("trace-dot", "trace shop-dev -o dot", CliTest::followed, Told.ready()),
        call("trace-mermaid", "trace shop-dev -o mermaid", CliTest::followed, Told.ready()),
        call("plan-table", "plan shop-dev", plan(create()), Told.unseen()),
        call("plan-wide", "plan shop-dev -o wide", plan(create()), Told.unseen()),
        call("plan-markdown", "plan shop-dev -o markdown", plan(create()), Told.unseen()),
        call("plan-diff", "plan shop-dev -o diff", plan(create()), Told.unseen()),
        call("plan-json", "plan shop-dev -o json", plan(create()), Told.unseen()),
        call("plan-yaml", "plan shop-dev -o yaml", plan(create()), Told.unseen()),
        call("plan-nothing", "plan shop-dev", plan(step("DONE", "InPlace", "")), Told.ready()),
        call(
            "plan-unread",
            "plan shop-dev",
            plan(step("RETRYING", "RemoteUnavailable", "GitLab does not answer (503).")),
            Told.ready()),
        call(
            "plan-stuck",
            "plan shop-dev",
            plan(step("REJECTED", "NameTaken", "Namespace shop-dev belongs to platform/shop.")),
            Told.ready()),
        call("plan-delete", "plan --delete shop-dev", CliTest::removalPlan, Told.ready()),
        call("plan-offline", OFFLINE),
        call(
            "plan-offline-markdown",
            OFFLINE.replace("/shop.yaml", "/shop-moved.yaml") + " -o markdown"),
        call("plan-offline-nothing", OFFLINE.replace("/shop.yaml", "/shop-live.yaml")),
        call("render-name", "render -o name" + MANIFESTS),
        call("render-json", "render -o json" + MANIFESTS),
        call(
            "check-bare",
            "check",
            server -> server.answer(PROXY + "/api/v1/check", InstallationView.of(List.of()))),
        call("check-met", "check", CliTest::installed, Told.ready()),
        call("check-json", "check -o json", CliTest::halfInstalled, Told.ready()),
        call("check-failing", "check", CliTest::halfInstalled, Told.ready()),
        call("access", "access shop-dev", CliTest::granted, Told.ready()),
        call("access-json", "access shop-dev -o json", CliTest::granted, Told.ready()),
        call("access-of-group", "access --group shop.crew@example.com", CliTest::granted),
        call("explain", "explain nametaken"),
        call("new", "new shop dev --group shop.crew@example.com -n ops --plan"),
        call("events", "events shop-dev", CliTest::happened, Told.ready()),
        call("events-json", "events shop-dev -o json", CliTest::happened, Told.ready()),
        call("orphans", "orphans", CliTest::leftOver, Told.ready()),
        call("orphans-json", "orphans -o json", CliTest::leftOver, Told.ready()),
        call("orphans-unread", "orphans", CliTest::nothingTold, Told.ready()),
        call("orphans-none", "orphans", CliTest::nothingLeft, Told.ready()),
        call("suspend", "suspend shop-dev", Told.ready()),
        call("suspend-json", "suspend shop-dev -o json", Told.ready()),
        call("resume", "resume shop-dev", Told.suspended()),
        call("resume-json", "resume shop-dev -o json", Told.suspended()),
        call("reconcile", "reconcile shop-dev", Told.ready()),
        call("reconcile-json", "reconcile shop-dev -o json", Told.ready()),
        call("rotate", "rotate shop-dev", Told.ready()),
        call("rotate-json", "rotate shop-dev -o json", Told.ready()),
        call("wait-ready", "wait shop-dev", server -> server.then(Told.ready()), Told.settingUp()),
        call("wait-json", "wait shop-dev -o json", Told.ready()),
        call(
            "wait-stalled",
            "wait shop-dev",
            server -> server.then(Told.refused()),
            Told.settingUp()),
        call("wait-late", "wait shop-dev --timeout 3s", Told.settingUp()),
        call("wait-gone", "wait shop-dev --for gone", CliTest::gone, Told.removing()));
  }

  private static Project billing() {
    return tech.kyotu.groundwork.testing.ProjectFixture.aProject("billing").build();
  }

  private static void gone(FakeApiServer server) {
    server.thenGone(Told.removing());
  }

  private static void followed(FakeApiServer server) {
    server
        .answer(
            "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations",
            """
            {"items": [{"metadata": {"name": "projects"}, "status": {
              "lastAppliedRevision": "main@sha1:77aa310bcd",
              "conditions": [{"type": "Ready", "status": "False", "message": "namespace is going away"}]}},
              {"metadata": {"name": "platform"}}]}\
            """)
        .answer(
            "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications",
            """
            {"items": [
              {"metadata": {"name": "shop-dev-api"}, "spec": {"project": "shop-dev"},
               "status": {"sync": {"status": "Synced"}, "health": {"status": "Healthy"}}},
              {"metadata": {"name": "shop-dev-web"}, "spec": {"project": "shop-dev"},
               "status": {"sync": {"status": "OutOfSync"}, "health": {"status": "Degraded"},
                          "operationState": {"message": "image web is missing"}}},
              {"metadata": {"name": "other"}, "spec": {"project": "other-dev"}}]}\
            """);
  }

  private static void followersHidden(FakeApiServer server) {
    server.answer(
        "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations", 403, "{}");
  }

  private static void granted(FakeApiServer server) {
    AccessView all =
        AccessView.of(
            List.of(
                new AccessView.OfProject(
                    "ops",
                    "shop-dev",
                    "shop.crew@example.com",
                    "Kubernetes",
                    "edit in namespace shop-dev",
                    "flux@91bd004 projects/shop-dev/tenant.yaml"),
                new AccessView.OfProject(
                    "ops",
                    "shop-dev",
                    "pods of shop-dev",
                    "Vault",
                    "read secret/data/shop-dev/*",
                    "role project-shop-dev, ServiceAccount vault-reader, policy"
                        + " project-shop-dev-read")),
            List.of("ops/shop-dev: The deployment repository does not answer (503)."));
    server
        .answer(PROXY + "/api/v1/projects/ops/shop-dev/access", all)
        .answer(PROXY + "/api/v1/access?group=shop.crew%40example.com", all);
  }

  private static OfStep[] create() {
    return new OfStep[] {
      new OfStep(
          "NamespaceReady",
          "PLANNED",
          "Planned",
          "Planned.",
          List.of(new OfChange("CREATE", "Namespace shop-dev", "it is absent", List.of()))),
      new OfStep(
          "GitLabGroupReady",
          "PLANNED",
          "Planned",
          "Planned.",
          List.of(
              new OfChange("ADOPT", "GitLab group platform/shop (42)", "it exists", List.of()))),
      new OfStep(
          "FluxRbacReady",
          "PLANNED",
          "Planned",
          "Planned.",
          List.of(
              new OfChange(
                  "CREATE",
                  "flux:projects/shop-dev/tenant.yaml",
                  "<it> is *absent*",
                  List.of(
                      new OfFile(
                          "flux",
                          "projects/shop-dev/tenant.yaml",
                          2,
                          """
                          --- /dev/null
                          +++ b/projects/shop-dev/tenant.yaml
                          @@ -0,0 +1,2 @@
                          +a: 1
                          +b: ```
                          """)))))
    };
  }

  private static OfStep[] step(String state, String reason, String message) {
    return new OfStep[] {new OfStep("NamespaceReady", state, reason, message, List.of())};
  }

  private static Consumer<FakeApiServer> plan(OfStep... steps) {
    OfProject project = new OfProject("ops", "shop-dev", true, false, "", List.of(steps));
    return server -> server.answer(PLAN, PlanView.of(List.of(project)));
  }

  private static void removalPlan(FakeApiServer server) {
    OfStep kept =
        new OfStep(
            "GitLabGroupReady",
            "PLANNED",
            "Planned",
            "",
            List.of(
                new OfChange(
                    "RETAIN", "GitLab group platform/shop (42)", "never deleted", List.of())));
    OfStep gone =
        new OfStep(
            "NamespaceReady",
            "PLANNED",
            "Planned",
            "",
            List.of(new OfChange("DELETE", "Namespace shop-dev", "created by us", List.of())));
    server.answer(
        PLAN + "?deletion=true",
        PlanView.of(
            List.of(new OfProject("ops", "shop-dev", false, true, "", List.of(gone, kept)))));
  }

  private static void installed(FakeApiServer server) {
    server
        .answer(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/projects.kyotu.tech",
            """
            {"spec": {"versions": [{"name": "v1", "schema": {"openAPIV3Schema": {"properties":
              {"status": {"default": {"observedGeneration": -1}}}}}}]}}\
            """)
        .answer(
            "/apis/apps/v1/namespaces/groundwork-system/deployments/groundwork",
            "{\"status\": {\"readyReplicas\": 2}}")
        .answer(
            "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            "{\"status\": {\"allowed\": true}}")
        .answer(
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            "{\"status\": {\"allowed\": true}}")
        .answer(
            PROXY + "/api/v1/check",
            InstallationView.of(
                List.of(CheckView.met("GitLab", "token of user groundwork, scope api."))));
    for (String label : List.of("app", "app.kubernetes.io%2Fname")) {
      server.answer(
          "/api/v1/pods?fieldSelector=status.phase%3DRunning&labelSelector="
              + label
              + "%3Dkyotu-project-operator",
          "{\"items\": []}");
    }
  }

  private static void halfInstalled(FakeApiServer server) {
    installed(server);
    server
        .answer("/apis/apps/v1/namespaces/groundwork-system/deployments/groundwork", 403, "{}")
        .answer(
            "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            "{\"status\": {\"allowed\": false}}")
        .answer(
            "/api/v1/pods?fieldSelector=status.phase%3DRunning&labelSelector=app%3Dkyotu-project-operator",
            "{\"items\": [{\"metadata\": {\"namespace\": \"old\", \"name\": \"op-1\"}}]}")
        .answer(
            PROXY + "/api/v1/check",
            InstallationView.of(
                List.of(
                    CheckView.unmet("GitLab", "token of user groundwork expires on 2026-12-01."))));
  }

  private static void happened(FakeApiServer server) {
    server.answer(
        "/api/v1/namespaces/ops/events?fieldSelector=involvedObject.kind%3DProject,involvedObject.name%3Dshop-dev",
        """
        {"apiVersion": "v1", "kind": "EventList", "items": [
          {"metadata": {"creationTimestamp": "2026-11-20T12:10:00Z"}, "type": "Normal",
           "reason": "TokenIssued", "message": "Token 813."},
          {"metadata": {"creationTimestamp": "2026-11-20T12:04:00Z"}, "type": "Normal",
           "reason": "NamespaceCreated", "message": "Namespace shop-dev.",
           "series": {"lastObservedTime": "2026-11-20T12:05:00.000000Z"}}]}\
        """);
  }

  private static void leftOver(FakeApiServer server) {
    server
        .answer(
            "/api/v1/namespaces?labelSelector=kyotu.tech%2Fowner-uid",
            """
            {"items": [
              {"metadata": {"name": "shop-dev", "labels": {"kyotu.tech/owner-uid": "%s"}}},
              {"metadata": {"name": "old-dev", "labels": {"kyotu.tech/owner-uid": "u-1"},
               "annotations": {"kyotu.tech/owner": "ops/old-dev", "kyotu.tech/origin": "Created"}}}]}\
            """
                .formatted(Told.ready().uid()))
        .answer("/api/v1/secrets?labelSelector=kyotu.tech%2Fowner-uid", "{\"items\": []}")
        .answer(
            PROXY + "/api/v1/orphans",
            OrphansView.of(
                List.of(
                    new OrphansView.OfThing(
                        "GitLab", "GitLabGroup", "42 platform/old", "", "", "Created", true),
                    new OrphansView.OfThing(
                        "Vault",
                        "VaultPolicy",
                        "project-old-dev-read",
                        "ops/old-dev",
                        "u-1",
                        "Created",
                        false)),
                List.of(
                    "deployment repository: The deployment repository does not answer (503).")));
  }

  private static void nothingTold(FakeApiServer server) {
    leftOver(server);
    server
        .answer("/api/v1/secrets?labelSelector=kyotu.tech%2Fowner-uid", 403, "{}")
        .answer(PROXY + "/api/v1/orphans", 503, "{\"message\": \"no endpoints available\"}");
  }

  private static void nothingLeft(FakeApiServer server) {
    server
        .answer("/api/v1/namespaces?labelSelector=kyotu.tech%2Fowner-uid", "{\"items\": []}")
        .answer("/api/v1/secrets?labelSelector=kyotu.tech%2Fowner-uid", "{\"items\": []}")
        .answer(PROXY + "/api/v1/orphans", OrphansView.of(List.of(), List.of()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void showsExactlyThis(Call call) throws IOException {
    FakeApiServer server = call.server().get();
    Typed typed = Typed.at(server, call.line());

    String screen =
        "$ kubectl project %s%n%s%s[%d]%n"
            .formatted(
                call.line(),
                typed.out(),
                typed.err().replaceAll("(?m)^", "! ").replaceAll("! $", ""),
                typed.code());
    Path file = SCREENS.resolve(call.screen() + ".txt");
    if (Boolean.getBoolean("cli.write")) {
      Files.writeString(file, screen, UTF_8);
    }
    assertThat(screen).isEqualTo(Files.readString(file, UTF_8));
  }

  static Stream<Call> forPrograms() {
    return calls().filter(call -> call.line().matches(".* -o (json|yaml)"));
  }

  /** Events are of a kind of Kubernetes itself. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("forPrograms")
  void whatProgramsReadHasAPublishedSchema(Call call) throws IOException {
    String answer = Typed.at(call.server().get(), call.line()).out();
    JsonNode json = new YAMLMapper().readTree(answer);
    if (json.path("apiVersion").asText().equals("v1")) {
      assertThat(json.path("kind").asText()).isEqualTo("EventList");
    } else {
      assertThat(PublishedSchemas.faults(json.toString())).as(answer).isEmpty();
    }
  }

  @Test
  void eachVerbThatKnowsJsonIsAmongThem() {
    assertThat(forPrograms().map(call -> call.line().replaceFirst(" .*", "")).distinct())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Kubectl.class.getAnnotation(Command.class).subcommands())
                .filter(verb -> verb != Import.class)
                .filter(CliTest::hasFlags)
                .map(verb -> verb.getAnnotation(Command.class).name())
                .toList());
  }

  private static boolean hasFlags(Class<?> verb) {
    return Arrays.stream(verb.getDeclaredFields()).anyMatch(it -> it.getType() == Flags.class);
  }

  @Test
  void everyScreenHasItsCall() throws IOException {
    try (Stream<Path> files = Files.list(SCREENS)) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".txt", "")))
          .containsExactlyInAnyOrderElementsOf(calls().map(Call::screen).toList());
    }
  }

  @Test
  void printsTheOperatorsJsonAsItCame() {
    FakeApiServer server = new FakeApiServer().with(Told.unseen());
    server.answer(PLAN, "{\"kind\":\"ProjectPlanList\",\"projects\":[],\"newer\":{\"field\":1}}");

    Typed typed = Typed.at(server, "plan shop-dev -o json");

    assertThat(Json.read(typed.out()))
        .isEqualTo(
            Json.read("{\"kind\":\"ProjectPlanList\",\"projects\":[],\"newer\":{\"field\":1}}"));
  }

  @Test
  void showsWhatTheApiServerHasAsItIs() {
    FakeApiServer server =
        new FakeApiServer()
            .answer(
                "/apis/kyotu.tech/v1/namespaces/ops/projects/odd",
                "{\"kind\":\"Project\",\"metadata\":{\"name\":\"odd\",\"namespace\":\"ops\"},\"spec\":{\"more\":1}}");

    Typed typed = Typed.at(server, "get odd -o json");

    assertThat(Json.read(typed.out()).at("/spec/more").asInt()).isEqualTo(1);
    assertThat(typed.code()).isEqualTo(1);
  }

  @Test
  void writesNothingButAnnotationsAndSuspend() {
    FakeApiServer server = new FakeApiServer().with(Told.ready());

    Typed.at(server, "suspend shop-dev");
    Typed.at(server, "resume shop-dev");
    Typed.at(server, "reconcile shop-dev");
    Typed.at(server, "rotate shop-dev");

    assertThat(server.requests)
        .filteredOn(it -> it.startsWith("{"))
        .containsExactly(
            "{\"spec\":{\"suspend\":true}}",
            "{\"spec\":{\"suspend\":false}}",
            "{\"metadata\":{\"annotations\":{\"kyotu.tech/reconcile-requested-at\":\"2026-11-20T12:14:00Z\"}}}",
            "{\"metadata\":{\"annotations\":{\"kyotu.tech/rotate-token\":\"2026-11-20T12:14:00Z\"}}}");
  }

  @Test
  void waitsForItsOwnRequestAndNotForAnEarlierOne() {
    FakeApiServer early =
        new FakeApiServer().with(Told.handled("2026-11-20T12:13:59Z")).then(Told.ready());
    assertThat(Typed.at(early, "reconcile shop-dev --wait --timeout 5s").code()).isEqualTo(6);

    FakeApiServer own =
        new FakeApiServer()
            .with(Told.handled("2026-11-20T12:13:59Z"))
            .then(Told.handled("2026-11-20T12:14:00Z"));
    assertThat(Typed.at(own, "reconcile shop-dev --wait").code()).isZero();

    FakeApiServer rotated =
        new FakeApiServer().with(Told.ready()).then(Told.handled("2026-11-20T12:14:00Z"));
    Typed typed = Typed.at(rotated, "rotate shop-dev --wait");
    assertThat(typed.code()).isZero();
    assertThat(typed.out()).contains("token 813, valid until 2027-01-19");
  }

  @Test
  void plansWhatIsPipedInAndFillsInTheNamespace() {
    FakeApiServer server =
        new FakeApiServer().answer(PROXY + "/api/v1/plan", PlanView.of(List.of()));
    String piped =
        """
        apiVersion: kyotu.tech/v1
        kind: Project
        metadata: {name: shop-dev}
        ---
        apiVersion: v1
        kind: ConfigMap
        ---
        apiVersion: kyotu.tech/v1
        kind: Project
        metadata: {name: shop-qa, namespace: other}
        """;

    Typed typed = Typed.at(server, Map.of(), false, piped, "plan -f -");

    assertThat(typed.code()).isZero();
    assertThat(typed.err()).contains("Left out 1 documents");
    assertThat(server.requests.get(1))
        .isEqualTo(
            """
            ---
            {"apiVersion":"kyotu.tech/v1","kind":"Project","metadata":{"name":"shop-dev","namespace":"ops"}}
            ---
            {"apiVersion":"kyotu.tech/v1","kind":"Project","metadata":{"name":"shop-qa","namespace":"other"}}\
            """);
  }

  @Test
  void coloursOnlyForAPersonWhoWantsIt() {
    FakeApiServer server = new FakeApiServer().with(Told.refused());

    Typed plain = Typed.at(server, Map.of(), false, "", "trace shop-dev");
    Typed coloured = Typed.at(server, Map.of(), true, "", "trace shop-dev");

    assertThat(coloured.out()).contains("\u001b[31m[!!]\u001b[0m");
    assertThat(coloured.out().replaceAll("\u001b\\[\\d+m", "")).isEqualTo(plain.out());
    assertThat(Typed.at(server, Map.of("NO_COLOR", "1"), true, "", "trace shop-dev"))
        .isEqualTo(plain);
    assertThat(Typed.at(server, Map.of(), true, "", "trace shop-dev --no-color")).isEqualTo(plain);
  }

  @Test
  void looksAgainUntilAllIsMet() {
    FakeApiServer server = new FakeApiServer().with(Told.ready());
    halfInstalled(server);

    Typed typed = Typed.at(server, "check --wait 5s");

    assertThat(typed.code()).isEqualTo(1);
    assertThat(server.requests)
        .filteredOn(it -> it.endsWith("/api/v1/check"))
        .hasSizeGreaterThan(2);
  }

  @Test
  void aBugHasAnIdAndShowsItsPlaceOnlyWhenAsked() {
    Surroundings.Door broken =
        flags -> {
          throw new IllegalStateException("secret inside");
        };

    Typed brief = Typed.at(broken, Map.of(), false, "", "get");
    Typed verbose = Typed.at(broken, Map.of(), false, "", "get -v");

    assertThat(brief.code()).isEqualTo(10);
    assertThat(brief.err())
        .matches(
            "error: a bug in kubectl project [(]IllegalStateException[)]. Report it with id"
                + " [0-9a-f]{8}; -v shows the place.\\R");
    assertThat(verbose.err()).contains("\tat tech.kyotu.groundwork");
  }

  @Test
  void namesEachRequestButNoBodyWhenAsked() {
    FakeApiServer server = new FakeApiServer().with(Told.ready());

    assertThat(Typed.at(server, "suspend shop-dev -v").err())
        .isEqualTo(
            "PATCH /apis/kyotu.tech/v1/namespaces/ops/projects/shop-dev?fieldManager=kubectl-project: 200%n"
                .formatted());
  }

  @Test
  void completesEveryVerb() {
    Typed typed = Typed.at(new FakeApiServer(), "completion");

    assertThat(typed.code()).isZero();
    assertThat(typed.out()).contains("complete -F", "reconcile", "--operator-namespace");
  }
}
