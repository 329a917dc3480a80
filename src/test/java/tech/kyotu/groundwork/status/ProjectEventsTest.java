package tech.kyotu.groundwork.status;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.status.Passes.away;
import static tech.kyotu.groundwork.status.Passes.but;
import static tech.kyotu.groundwork.status.Passes.change;
import static tech.kyotu.groundwork.status.Passes.rejected;
import static tech.kyotu.groundwork.status.Passes.waits;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Commit;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.Effect;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Look;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Report;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.step.Verb;

class ProjectEventsTest {

  private static final Instant A_WEEK_BEFORE_IT_ENDS = Instant.parse("2027-01-12T00:00:00Z");

  private final Passes passes = new Passes();
  private final Project project = aProject("shop").build();
  private final List<JsonNode> sent = new CopyOnWriteArrayList<>();
  private final InThisThread queue = new InThisThread();
  private HttpServer apiServer;
  private KubernetesClient client;
  private ProjectEvents events;

  /** A queue without a thread, which may be full. */
  private static final class InThisThread extends AbstractExecutorService {
    private boolean isFull;

    @Override
    public void execute(Runnable work) {
      if (isFull) {
        throw new RejectedExecutionException("full");
      }
      work.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }

  @BeforeEach
  void start() throws IOException {
    apiServer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    apiServer.createContext("/", this::take);
    apiServer.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withAutoConfigure(false)
                    .withMasterUrl("http://localhost:" + apiServer.getAddress().getPort())
                    .build())
            .build();
    events = new ProjectEvents(client, queue, "pod-1", passes.clock);
  }

  @AfterEach
  void stop() {
    client.close();
    apiServer.stop(0);
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    sent.add(new ObjectMapper().readTree(body));
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(201, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private List<String> reasons() {
    return sent.stream().map(event -> event.path("reason").asText()).toList();
  }

  private void pass(Project concerned, Report report) {
    ProjectStatus before = concerned.statusOrUnseen();
    ProjectStatus after = passes.conditions.of(concerned, report);
    events.changesOf(concerned, report);
    events.transition(concerned, before, after);
    concerned.setStatus(after);
  }

  private static Report working() {
    return but(waits(StepName.VAULT_ACCESS, Reason.PROGRESSING, "At it."));
  }

  private static Report refused() {
    return but(rejected(StepName.VAULT_ACCESS, Reason.ACCESS_DENIED, "Vault refused us (403)."));
  }

  @Test
  void tellsWhatBecameOfAProjectAndNothingPerLoop() {
    pass(project, working());
    pass(project, but());
    pass(project, but());
    assertThat(reasons()).containsExactly("Provisioned");
    JsonNode event = sent.get(0);
    assertThat(event.path("type").asText()).isEqualTo("Normal");
    assertThat(event.path("action").asText()).isEqualTo("Provision");
    assertThat(event.path("reportingController").asText()).isEqualTo("kyotu.tech/groundwork");
    assertThat(event.path("reportingInstance").asText()).isEqualTo("pod-1");
    assertThat(event.path("regarding").path("uid").asText()).isEqualTo(project.uid());
    assertThat(event.path("note").asText()).startsWith("6 of 6 in place.");
    assertThat(event.path("eventTime").asText()).isEqualTo("2026-11-20T12:04:00.000000Z");
  }

  @Test
  void warnsOnceOfTroubleAndTellsTheRecovery() {
    pass(project, refused());
    passes.clock.advance(Duration.ofMinutes(15));
    pass(project, refused());
    pass(project, working());
    pass(project, but());
    assertThat(reasons()).containsExactly("AccessDenied", "Recovered");
    assertThat(sent.get(0).path("type").asText()).isEqualTo("Warning");
  }

  @Test
  void aShortOutageOfASettledProjectIsNoEventAndALongOneIs() {
    Report outage = but(away(StepName.GITLAB_GROUP, "GitLab does not answer (503)."));
    pass(project, but());
    pass(project, outage);
    assertThat(reasons()).containsExactly("Provisioned");
    passes.clock.advance(Duration.ofMinutes(61));
    pass(project, outage);
    assertThat(reasons()).containsExactly("Provisioned", "RemoteUnavailable");
  }

  @Test
  void tellsEachChangeThatHasAnEventAndDropsRepeatsWithinAnHour() {
    Change created =
        Change.of(
            Verb.CREATE,
            "Namespace shop-dev",
            "there was none",
            EventReason.NAMESPACE_CREATED,
            Effect.NOTHING);
    Report report =
        but(
            StepResult.done(StepName.NAMESPACE, Reason.IN_PLACE, "There.")
                .after(List.of(created, change(Verb.UPDATE, "Labels"))));
    events.changesOf(project, report);
    events.changesOf(project, report);
    assertThat(reasons()).containsExactly("NamespaceCreated");
    assertThat(sent.get(0).path("note").asText())
        .isEqualTo("Created Namespace shop-dev: there was none.");
    assertThat(sent.get(0).path("related").path("kind").asText()).isEqualTo("Namespace");
    assertThat(sent.get(0).path("related").path("name").asText()).isEqualTo("shop-dev");
    passes.clock.advance(Duration.ofMinutes(61));
    events.changesOf(project, report);
    assertThat(sent).hasSize(2);
  }

  @Test
  void warnsOfATokenThatRunsOutWithinAWeekOnlyWhileItIsNotReplaced() {
    Report fails = but(away(StepName.REGISTRY_ACCESS, "GitLab does not answer (503)."));
    passes.clock.advance(Duration.between(passes.clock.instant(), A_WEEK_BEFORE_IT_ENDS));
    dangers(fails);
    assertThat(reasons()).as("more than a week is left").isEmpty();

    passes.clock.advance(Duration.ofSeconds(1));
    dangers(but());
    assertThat(reasons()).as("it will be replaced").isEmpty();
    dangers(fails);
    dangers(fails);

    assertThat(reasons()).containsExactly("TokenExpiresSoon");
    assertThat(sent.get(0).path("type").asText()).isEqualTo("Warning");
    assertThat(sent.get(0).path("note").asText())
        .isEqualTo(
            "Registry token 813 ends on 2027-01-19 and is not replaced; image pulls fail from then"
                + " on.");
    assertThat(sent.get(0).path("related").path("kind").asText()).isEqualTo("Secret");
  }

  private void dangers(Report report) {
    events.dangers(project, report, passes.conditions.of(project, report));
  }

  @Test
  void aCommitIsToldOnceTheServerHasIt() {
    Report pushed =
        Passes.pass(
            Look.Direction.CONVERGE,
            Passes.HELD.with(new Commit("flux", "main", "91bd0047aa", null, null)));
    pass(project, pushed);
    pass(project, pushed);
    assertThat(reasons()).containsExactly("Committed", "Provisioned");
    assertThat(sent.get(0).path("note").asText())
        .isEqualTo("Commit 91bd004 in the flux repository.");
  }

  @Test
  void whatIsOnlyPlannedIsNotToldAsMadeButThePlanIs() {
    Project planOnly = aProject("shop").planOnly().build();
    pass(planOnly, planned("Namespace shop-dev"));
    pass(planOnly, planned("Namespace shop-dev"));
    assertThat(reasons()).containsExactly("Planned");
  }

  private static Report planned(String subject) {
    Change created =
        Change.of(Verb.CREATE, subject, "absent", EventReason.NAMESPACE_CREATED, Effect.NOTHING);
    return but(
        StepResult.of(StepName.NAMESPACE, StepResult.State.PLANNED, Reason.PLANNED, "1 planned.")
            .after(List.of(created)));
  }

  @Test
  void suspendingAndResumingASettledProjectAreTold() {
    pass(project, but());
    Project suspended = aProject("shop").suspended().atGeneration(2).build();
    suspended.setStatus(project.getStatus());
    pass(
        suspended,
        Report.guarded(
            Look.Direction.CONVERGE, Reason.SUSPENDED, "Suspended. Go on.", Passes.HELD));
    Project resumed = aProject("shop").atGeneration(3).build();
    resumed.setStatus(suspended.getStatus());
    pass(resumed, working());
    assertThat(reasons()).containsExactly("Provisioned", "Suspended", "Resumed");
  }

  @Test
  void aRemovalStartsOnceThoughTroubleComesBetween() {
    Project doomed = aProject("shop").beingDeleted().build();
    Report removing =
        Passes.pass(
            Look.Direction.RELEASE,
            Passes.HELD,
            waits(StepName.VAULT_ACCESS, Reason.WAITING_FOR_REMOVAL, "Not yet."));
    pass(doomed, removing);
    pass(
        doomed,
        Passes.pass(
            Look.Direction.RELEASE, Passes.HELD, away(StepName.VAULT_ACCESS, "Vault is sealed.")));
    pass(doomed, removing);
    events.removed(
        doomed,
        Passes.pass(
            Look.Direction.RELEASE,
            Passes.HELD.with(
                new Commit("flux", "main", "91bd0047aa11", "https://git.example.com", null))));
    assertThat(reasons()).containsExactly("RemovalStarted", "RemoteUnavailable", "Removed");
    assertThat(sent.get(2).path("note").asText())
        .startsWith("Removed, last commits flux@91bd004. NamespaceReady: Gone.");
    assertThat(sent).allMatch(event -> event.path("action").asText().equals("Remove"));
  }

  @Test
  void whatIsGivenUpIsNamed() {
    Project doomed = aProject("shop").beingDeleted().build();
    Change givenUp =
        new Change(
            Verb.RETAIN,
            "VaultAccessReady",
            "given up",
            Optional.of(EventReason.ABANDONED),
            Effect.NOTHING);
    pass(
        doomed,
        Passes.pass(
            Look.Direction.RELEASE,
            Passes.HELD.with(
                Holding.of("vault-role", "VaultRole", Origin.CREATED, "project-shop-dev")),
            StepResult.done(StepName.VAULT_ACCESS, Reason.RETAINED, "Given up.")
                .after(List.of(givenUp)),
            waits(StepName.NAMESPACE, Reason.REMOVING, "Goes after VaultAccessReady.")));
    assertThat(sent.get(0).path("note").asText())
        .isEqualTo("VaultAccessReady: given up. Left: VaultRole project-shop-dev.");
  }

  @Test
  void aFullQueueDropsEventsAndHarmsNothing() {
    queue.isFull = true;
    pass(project, but());
    assertThat(sent).isEmpty();
    assertThat(project.getStatus().conditions()).isNotEmpty();
  }

  @Test
  void aProjectThatIsGoneIsForgotten() {
    pass(project, but());
    events.drop(project);
    project.setStatus(null);
    pass(project, but());
    assertThat(reasons()).containsExactly("Provisioned", "Provisioned");
  }
}
