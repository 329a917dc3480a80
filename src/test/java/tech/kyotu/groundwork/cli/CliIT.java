package tech.kyotu.groundwork.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Manifests;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.SharedServers;
import tech.kyotu.groundwork.view.CheckView;
import tech.kyotu.groundwork.view.InstallationView;
import tech.kyotu.groundwork.view.PlanView;
import tech.kyotu.groundwork.view.PlanView.OfProject;

/** The verbs on a real API server, with the rights of those who type them. */
@ExtendWith(SharedServers.class)
class CliIT {

  private final ControlPlane control;
  private final KubernetesClient admin;
  @TempDir private Path folder;
  private String namespace;
  private HttpServer operator;

  CliIT(ControlPlane control) {
    this.control = control;
    this.admin = control.adminClient();
  }

  @BeforeEach
  void install() throws IOException {
    Manifests.install(control);
    namespace = control.newNamespace("cli");
    operator = HttpServer.create(new InetSocketAddress("0.0.0.0", 0), 0);
    String plan =
        Json.line(
            PlanView.of(List.of(new OfProject(namespace, "shop-dev", true, false, "", List.of()))));
    operator.createContext("/api/v1", exchange -> answer(exchange, plan));
    operator.createContext(
        "/api/v1/check",
        exchange ->
            answer(
                exchange,
                Json.line(InstallationView.of(List.of(CheckView.met("GitLab", "reachable."))))));
    operator.start();
  }

  private static void answer(HttpExchange exchange, String body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @AfterEach
  void stop() {
    operator.stop(0);
  }

  @Test
  void showsAViewerAllAndLetsThemChangeNothing() {
    store(Told.refused());
    Path viewer = kubeconfigOf("viewer", "project-viewer");

    assertThat(typed(viewer, "get").out()).contains("shop-dev", "AccessDenied");
    Typed trace = typed(viewer, "trace shop-dev");
    assertThat(trace.code()).isEqualTo(1);
    assertThat(trace.out()).contains("[!!] RegistryAccessReady", "Next: ").contains("[??]");
    Typed refused = typed(viewer, "suspend shop-dev");
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.err())
        .contains("cannot patch resource \"projects\"", "the ClusterRole project-editor");
    assertThat(typed(viewer, "get -A").code()).isEqualTo(4);
  }

  @Test
  void tellsWhoHasNoRightWhichOneIsMissing() {
    Path nobody = kubeconfigOf("nobody");

    Typed refused = typed(nobody, "get shop-dev");

    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.err())
        .contains("cannot get resource \"projects\"", "the ClusterRole project-viewer");
    assertThat(typed(nobody, "wait shop-dev").code()).isEqualTo(4);
  }

  @Test
  void tellsWhoseLoginIsNotAccepted() throws IOException {
    Path stranger = folder.resolve("stranger");
    Files.writeString(
        stranger,
        Files.readString(kubeconfigOf("nobody")).replaceAll("token: .*", "token: not-a-token"));

    Typed refused = typed(stranger, "get");

    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.err()).contains("(401)", "Log in again");
  }

  @Test
  void asksAsSomebodyElseWhereThatIsAllowed() {
    store(Told.ready());
    Path self = control.kubeconfig(folder.resolve("admin"));
    String viewer = "system:serviceaccount:" + namespace + ":viewer";
    Path own = kubeconfigOf("viewer", "project-viewer");

    assertThat(typed(self, "get shop-dev --as " + viewer + " -n " + namespace).code()).isZero();
    assertThat(typed(self, "suspend shop-dev --as " + viewer + " -n " + namespace).code())
        .isEqualTo(4);
    assertThat(
            typed(self, "suspend shop-dev --as jo --as-group system:masters -n " + namespace)
                .code())
        .isZero();
    Typed refused = typed(own, "get shop-dev --as jo");
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.err()).contains("cannot impersonate", "leave out --as");
  }

  @Test
  void writesAnnotationsAndSuspendWithAnEditorsRights() {
    store(Told.ready());
    Path editor = kubeconfigOf("editor", "project-editor");

    for (String verb : List.of("suspend", "reconcile", "rotate")) {
      assertThat(typed(editor, verb + " shop-dev").code()).as(verb).isZero();
    }
    Project edited = stored();
    assertThat(edited.isSuspended()).isTrue();
    assertThat(edited.getMetadata().getAnnotations())
        .containsOnlyKeys(Project.RECONCILE_REQUESTED_AT, Project.ROTATE_TOKEN);
    assertThat(edited.getMetadata().getManagedFields())
        .anyMatch(it -> it.getManager().equals("kubectl-project"));
    assertThat(typed(editor, "resume shop-dev").code()).isZero();
    assertThat(stored().isSuspended()).isFalse();
  }

  @Test
  void waitsUntilTheStatusSaysSo() throws Exception {
    store(Told.settingUp());
    Path viewer = kubeconfigOf("viewer", "project-viewer");

    long mark = control.auditLog().mark();
    CompletableFuture<Typed> waiting =
        CompletableFuture.supplyAsync(() -> typed(viewer, "wait shop-dev --timeout 60s -v"));
    awaitList(mark);
    tell(Told.ready());

    assertThat(waiting.get(60, TimeUnit.SECONDS).code()).isZero();
    assertThat(typed(viewer, "wait shop-dev --for gone --timeout 1s").code()).isEqualTo(6);

    CompletableFuture<Typed> untilGone =
        CompletableFuture.supplyAsync(() -> typed(viewer, "wait shop-dev --for gone"));
    admin.resource(stored()).delete();
    assertThat(untilGone.get(60, TimeUnit.SECONDS).code()).isZero();
  }

  /** The change must come while it waits, or the first read would see it. */
  private void awaitList(long mark) {
    String viewer = "system:serviceaccount:" + namespace + ":viewer";
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                control.auditLog().callsSince(mark).keySet().stream()
                    .anyMatch(it -> it.user().equals(viewer) && it.verb().equals("list")));
  }

  @Test
  void asksTheOperatorByTheProxyWithTheRightThatIsGivenByName() throws Exception {
    Optional<String> own = ownAddress();
    assumeTrue(own.isPresent(), "this machine has no address beside loopback");
    serveOperatorAt(own.orElseThrow());
    store(Told.unseen());
    Path viewer = kubeconfigOf("viewer", "project-viewer");
    String plan = "plan shop-dev --operator-namespace " + namespace;

    Typed refused = typed(viewer, plan);
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.err()).contains("services/proxy", "the Role groundwork-reader");

    letAskTheOperator("viewer");
    Typed shown = typed(viewer, plan);
    assertThat(shown.err()).isEmpty();
    assertThat(shown.out()).isEqualTo("Project shop-dev (new): no changes%n".formatted());
    String manifest = "apiVersion: kyotu.tech/v1\nkind: Project\nmetadata: {name: shop-dev}\n";
    Typed piped =
        Typed.at(
            Fabric8ApiServer::open,
            Map.of(),
            false,
            manifest,
            "plan -f - --kubeconfig %s --operator-namespace %s".formatted(viewer, namespace));
    assertThat(piped.code()).isZero();
  }

  @Test
  void sendsNoCredentialToAnOperatorOutsideTheCluster() {
    store(Told.unseen());
    List<String> authorizations = new CopyOnWriteArrayList<>();
    operator.createContext(
        "/outside",
        exchange -> {
          authorizations.addAll(
              exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
          answer(exchange, "{\"projects\":[]}");
        });

    Typed typed =
        Typed.at(
            Fabric8ApiServer::open,
            Map.of(
                "OPERATOR_URL",
                "http://127.0.0.1:%d/outside/".formatted(operator.getAddress().getPort())),
            false,
            "",
            "plan shop-dev --kubeconfig " + kubeconfigOf("viewer", "project-viewer"));

    assertThat(typed.code()).isZero();
    assertThat(authorizations).isEmpty();
  }

  @Test
  void checksAnInstallationByTheRulesOfItsOwnManifests() {
    Typed checked = typed(control.kubeconfig(folder.resolve("admin")), "check");

    assertThat(checked.out())
        .contains("ok    CRD projects.kyotu.tech: v1, status default present.")
        .contains("ok    rights of the operator: its account may do all of its work.")
        .contains("FAIL  Deployment groundwork-system/groundwork: no pod is ready.")
        .contains("ok    older operator: none of its pods runs.");
    assertThat(checked.code()).isEqualTo(1);
  }

  @Test
  void tellsAViewerWhatTheyMayNotCheck() {
    Typed checked = typed(kubeconfigOf("viewer", "project-viewer"), "check");

    assertThat(checked.out())
        .contains("?     CRD projects.kyotu.tech: you may not get customresourcedefinitions.")
        .contains("you may read Projects; not allowed: patch projects, get services/proxy");
  }

  @Test
  void findsWhatBearsTheMarkOfAProjectThatIsGone() {
    String orphan = control.newNamespace("orphan");
    admin
        .namespaces()
        .withName(orphan)
        .edit(
            it ->
                it.edit()
                    .editMetadata()
                    .addToLabels("kyotu.tech/owner-uid", "no-such-uid")
                    .addToAnnotations("kyotu.tech/owner", "ops/gone")
                    .endMetadata()
                    .build());

    Typed found = typed(control.kubeconfig(folder.resolve("admin")), "orphans");

    assertThat(found.out()).containsPattern(orphan + " +ops/gone +no-such-uid");
    assertThat(found.code()).as("no operator runs here").isEqualTo(5);
    assertThat(found.err()).contains("GitLab, Vault and the repositories: ");
    admin.namespaces().withName(orphan).delete();
  }

  @Test
  void tellsThatAServerIsNotThere() throws IOException {
    Path closed = folder.resolve("closed");
    Files.writeString(
        closed,
        Files.readString(kubeconfigOf("nobody"))
            .replaceAll("server: .*", "server: https://127.0.0.1:1"));

    Typed silent = typed(closed, "get");

    assertThat(silent.code()).isEqualTo(5);
    assertThat(silent.err()).contains("https://127.0.0.1:1", "is not reachable", "--context");
    assertThat(typed(closed, "get --context other").code()).isEqualTo(2);
    assertThat(typed(folder.resolve("absent"), "get").code()).isEqualTo(2);
  }

  private Typed typed(Path kubeconfig, String line) {
    return Typed.at(
        Fabric8ApiServer::open, Map.of(), false, "", line + " --kubeconfig " + kubeconfig);
  }

  private void store(Project project) {
    project.getMetadata().setNamespace(namespace);
    project.getMetadata().setResourceVersion(null);
    project.getMetadata().setUid(null);
    admin.resource(project).create();
    if (project.getStatus() != null) {
      tell(project);
    }
  }

  private void tell(Project told) {
    Project now = stored();
    now.setStatus(told.getStatus());
    admin.resource(now).updateStatus();
  }

  private Project stored() {
    return admin.resources(Project.class).inNamespace(namespace).withName("shop-dev").get();
  }

  /** A new account of the test's namespace with these ClusterRoles there. */
  private Path kubeconfigOf(String account, String... roles) {
    admin
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName(account)
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();
    for (String role : roles) {
      bind(account, "ClusterRole", role);
    }
    return control.kubeconfigFor(namespace, account, folder.resolve(account));
  }

  private void bind(String account, String kind, String role) {
    admin
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName(account + "-" + role)
                .withNamespace(namespace)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", kind, role)
                .addNewSubject(null, "ServiceAccount", account, namespace)
                .build())
        .create();
  }

  /** The Role of the manifests, in the namespace in which the test's operator is. */
  private void letAskTheOperator(String account) {
    Role shipped =
        admin.rbac().roles().inNamespace("groundwork-system").withName("groundwork-reader").get();
    admin
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withName("groundwork-reader")
                .withNamespace(namespace)
                .endMetadata()
                .withRules(shipped.getRules())
                .build())
        .create();
    bind(account, "Role", "groundwork-reader");
  }

  /** The API server passes on to addresses of Pods only (1.36). */
  private void servePodAt(String address) {
    var pod =
        admin
            .resource(
                new PodBuilder()
                    .withNewMetadata()
                    .withName("groundwork")
                    .withNamespace(namespace)
                    .endMetadata()
                    .withNewSpec()
                    .withAutomountServiceAccountToken(false)
                    .addNewContainer()
                    .withName("operator")
                    .withImage("groundwork")
                    .endContainer()
                    .endSpec()
                    .build())
            .create();
    var unused =
        admin
            .resource(pod)
            .editStatus(
                it ->
                    new PodBuilder(it)
                        .editOrNewStatus()
                        .withPodIP(address)
                        .addNewPodIP(address)
                        .endStatus()
                        .build());
  }

  /** The API server passes nothing on to loopback. */
  private void serveOperatorAt(String address) {
    int port = operator.getAddress().getPort();
    admin
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withName("groundwork")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .addNewPort()
                .withName("console")
                .withPort(8080)
                .endPort()
                .endSpec()
                .build())
        .create();
    servePodAt(address);
    // Both forms: no controller turns one into the other here.
    admin
        .resource(
            new EndpointsBuilder()
                .withNewMetadata()
                .withName("groundwork")
                .withNamespace(namespace)
                .endMetadata()
                .addNewSubset()
                .addNewAddress()
                .withIp(address)
                .withTargetRef(
                    new ObjectReferenceBuilder()
                        .withKind("Pod")
                        .withNamespace(namespace)
                        .withName("groundwork")
                        .build())
                .endAddress()
                .addNewPort()
                .withName("console")
                .withPort(port)
                .endPort()
                .endSubset()
                .build())
        .create();
    admin
        .resource(
            new EndpointSliceBuilder()
                .withNewMetadata()
                .withName("groundwork")
                .withNamespace(namespace)
                .addToLabels("kubernetes.io/service-name", "groundwork")
                .endMetadata()
                .withAddressType("IPv4")
                .addNewEndpoint()
                .withAddresses(address)
                .withTargetRef(
                    new ObjectReferenceBuilder()
                        .withKind("Pod")
                        .withNamespace(namespace)
                        .withName("groundwork")
                        .build())
                .endEndpoint()
                .addNewPort()
                .withName("console")
                .withPort(port)
                .endPort()
                .build())
        .create();
    // The API server learns of them by its own watches.
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(
            () ->
                admin.raw(
                        "/api/v1/namespaces/%s/services/groundwork:console/proxy/api/v1/check"
                            .formatted(namespace))
                    != null);
  }

  private static Optional<String> ownAddress() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(
            it -> it instanceof Inet4Address && !it.isLoopbackAddress() && !it.isLinkLocalAddress())
        .map(it -> it.getHostAddress())
        .findFirst();
  }
}
