package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepResult;
import tech.kyotu.groundwork.step.StepResult.State;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.ProjectFixture;
import tech.kyotu.groundwork.testing.SharedServers;
import tech.kyotu.groundwork.testing.VaultRequests;
import tech.kyotu.groundwork.testing.VaultServer;

/** The step in front of a real Vault: what pods and people can do then, and what they can not. */
@ExtendWith(SharedServers.class)
class VaultAccessStepIT {
  private final VaultServer server;
  private final ControlPlane pods;
  private final FakeCluster cluster = new FakeCluster();
  private final String id = "a" + UUID.randomUUID().toString().substring(0, 8);
  private final String name = id + "-dev";
  private final String mail = id + "@example.org";
  private final Project project = project().build();
  private @TempDir Path files;
  private RealVault real;
  private VaultPass pass;

  VaultAccessStepIT(VaultServer server, ControlPlane pods) {
    this.server = server;
    this.pods = pods;
  }

  int version() {
    return 2;
  }

  private ProjectFixture project() {
    return aProject(id).in(DEV).ownedBy(mail);
  }

  @BeforeEach
  void aNamespaceWithAReader() {
    real = RealVault.withOperator(server, pods, files, version());
    pass = newPass();
    settle(project);
  }

  private VaultPass newPass() {
    return new VaultPass(Optional.of(real.vault()), cluster, real.settings());
  }

  private void settle(Project some) {
    cluster.with(some).withNamespaceOf(some);
    RealVault.account(pods, some.name().value(), "vault-reader");
  }

  @Test
  void bringsEverythingIntoPlaceAndFindsItSo() {
    StepResult first = pass.converge(project);
    StepResult second = pass.converge(project);

    assertThat(first.state()).isEqualTo(State.DONE);
    assertThat(VaultPass.events(first)).containsExactly(EventReason.VAULT_ACCESS_WRITTEN);
    assertThat(first.changes()).hasSize(6);
    assertThat(second.changes()).isEmpty();
    JsonNode role = server.root().read("auth/kubernetes/role/project-" + name).data();
    assertThat(texts(role.path("token_policies"))).containsExactly("project-" + name + "-read");
    assertThat(texts(role.path("bound_service_account_names"))).containsExactly("vault-reader");
    assertThat(texts(role.path("bound_service_account_namespaces"))).containsExactly(name);
    JsonNode group = server.root().read("identity/group/name/project-" + name).data();
    assertThat(texts(group.path("policies"))).containsExactly("project-" + name + "-access");
  }

  @Test
  void admitsAPodToTheRoleOfItsOwnNamespaceOnly() {
    Project sibling = aProject(id + "b").in(DEV).ownedBy(mail).build();
    settle(sibling);
    pass.converge(project);
    newPass().converge(sibling);
    RealVault.account(pods, name, "default");
    String ours = pods.tokenFor(name, "vault-reader", "vault");

    assertThat(server.loginPod("project-" + name, ours).status()).isEqualTo(200);
    assertThat(server.loginPod("project-" + sibling.name(), ours).status()).isEqualTo(403);
    String wrongAudience = pods.apiTokenFor(name, "vault-reader");
    assertThat(server.loginPod("project-" + name, wrongAudience).status()).isEqualTo(403);
    String otherAccount = pods.tokenFor(name, "default", "vault");
    assertThat(server.loginPod("project-" + name, otherAccount).status()).isEqualTo(403);
    String otherNamespace = pods.tokenFor(sibling.name().value(), "vault-reader", "vault");
    assertThat(server.loginPod("project-" + name, otherNamespace).status()).isEqualTo(403);
  }

  @Test
  void drawsTheBoundaryAroundTheFolder() {
    pass.converge(project);
    String person = server.loginPerson("ann@example.org", mail);
    String pod = podToken();

    String own = real.valuePath(name + "/x");
    assertThat(capabilities(pod, own))
        .containsExactlyElementsOf(version() == 2 ? List.of("read") : List.of("list", "read"));
    assertThat(capabilities(person, own))
        .containsExactly("create", "delete", version() == 2 ? "patch" : "list", "read", "update");
    for (String foreign : beyondTheFolder()) {
      assertThat(capabilities(pod, foreign)).as("pod on " + foreign).containsExactly("deny");
      assertThat(capabilities(person, foreign)).as("person on " + foreign).containsExactly("deny");
    }
  }

  private List<String> beyondTheFolder() {
    String mount = real.settings().mount();
    String list = mount + (version() == 2 ? "/metadata/" : "/");
    return List.of(
        real.valuePath("b-dev/x"),
        real.valuePath(id + "-qa/x"),
        real.valuePath(name + "2/x"),
        real.valuePath(name + "-x/y"),
        list,
        real.valuePath(name),
        real.valuePath(id),
        list + "groundwork/owners/" + name,
        "sys/policies/acl/project-" + name + "-access",
        "identity/group/name/project-" + name,
        "auth/kubernetes/role/project-" + name);
  }

  @Test
  void movesAccessAtTheNextRequestWithTokensThatExist() {
    pass.converge(project);
    real.keepSecret(name + "/db");
    String newMail = "new." + mail;
    String before = server.loginPerson("ann@example.org", mail);
    String after = server.loginPerson("bob@example.org", newMail);
    assertThat(reads(before)).isTrue();
    assertThat(reads(after)).isFalse();
    Project moved = project().ownedBy(newMail).atGeneration(2).build();
    cluster.with(moved);

    StepResult result = pass.converge(moved);

    assertThat(VaultPass.events(result)).containsExactly(EventReason.ACCESS_CHANGED);
    // A login made the alias known to Vault before the group was; a new one finds the group.
    String again = server.loginPerson("bob@example.org", newMail);
    assertThat(reads(before)).isFalse();
    assertThat(reads(again)).isTrue();
  }

  @Test
  void sharesOneGroupAmongProjectsThatAreMadeAtOnce() throws Exception {
    Project sibling = aProject(id + "b").in(DEV).ownedBy(mail).destroyingItsSecrets().build();
    settle(sibling);
    VaultPass its = newPass();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    Future<StepResult> one = threads.submit(() -> pass.converge(project));
    Future<StepResult> two = threads.submit(() -> its.converge(sibling));
    assertThat(List.of(one.get().state(), two.get().state())).containsOnly(State.DONE);
    threads.shutdown();
    real.keepSecret(name + "/db");
    String person = server.loginPerson("ann@example.org", mail);
    Project going = aProject(id + "b").in(DEV).ownedBy(mail).beingDeleted().build();
    cluster.with(going);

    its.release(going);

    assertThat(reads(person)).isTrue();
    assertThat(server.root().read("identity/group/name/project-" + sibling.name()).status())
        .isEqualTo(404);
    cluster.forget(going);
    pass.release(project().beingDeleted().build());
    assertThat(server.root().read("identity/group/name/groundwork-" + mail).status())
        .isEqualTo(404);
  }

  @Test
  void usesAGroupMadeByHandAndLeavesItAsItIs() {
    String accessor = server.root().read("sys/auth").data().path("oidc/").path("accessor").asText();
    String groupId =
        server
            .root()
            .write(
                "identity/group",
                Map.of("name", id, "type", "external", "policies", List.of("theirs")))
            .data()
            .path("id")
            .asText();
    server
        .root()
        .write(
            "identity/group-alias",
            Map.of("name", mail, "mount_accessor", accessor, "canonical_id", groupId));

    pass.converge(project);
    JsonNode ours = server.root().read("identity/group/name/project-" + name).data();
    assertThat(texts(ours.path("member_group_ids"))).containsExactly(groupId);
    pass.release(project().beingDeleted().build());

    JsonNode theirs = server.root().read("identity/group/name/" + id).data();
    assertThat(texts(theirs.path("policies"))).containsExactly("theirs");
    assertThat(theirs.path("alias").path("name").asText()).isEqualTo(mail);
  }

  @Test
  void leavesNothingToTokensThatPodsAndPeopleStillHold() {
    pass.converge(project);
    real.keepSecret(name + "/db");
    String person = server.loginPerson("ann@example.org", mail);
    String pod = podToken();
    assertThat(reads(person)).isTrue();
    assertThat(reads(pod)).isTrue();

    StepResult result = pass.release(project().beingDeleted().build());

    assertThat(result.reason()).isEqualTo(Reason.RETAINED);
    for (String token : List.of(person, pod)) {
      assertThat(reads(token)).isFalse();
      assertThat(capabilities(token, real.valuePath(name + "/x"))).containsExactly("deny");
    }
    for (String path :
        List.of(
            "auth/kubernetes/role/project-" + name,
            "identity/group/name/project-" + name,
            "identity/group/name/groundwork-" + mail,
            "sys/policies/acl/project-" + name + "-access",
            "sys/policies/acl/project-" + name + "-read")) {
      assertThat(server.root().read(path).status()).as(path).isEqualTo(404);
    }
  }

  @Test
  void givesRetainedSecretsToNobodyUntilAPersonAllowsIt() throws StepException {
    pass.converge(project);
    real.keepSecret(name + "/db");
    Project going = project().beingDeleted().build();
    pass.release(going);
    cluster.forget(going);
    Project next = project().withUid("next-" + id).build();
    settle(next);

    StepResult refused = newPass().converge(next);

    assertThat(refused.reason()).isEqualTo(Reason.SECRETS_RETAINED);
    assertThat(real.vault().role("project-" + name)).isEmpty();
    assertThat(real.vault().group("project-" + name)).isEmpty();
    Project allowed =
        project().withUid("next-" + id).annotated(Project.ADOPT, "vault-secrets").build();
    assertThat(newPass().converge(allowed).state()).isEqualTo(State.DONE);
    assertThat(reads(podToken())).isTrue();
  }

  @Test
  void inheritsNoSecretsThatNobodyMarked() throws StepException {
    real.keepSecret(name + "/db");

    StepResult result = pass.converge(project);

    assertThat(result.reason()).isEqualTo(Reason.SECRETS_RETAINED);
    assertThat(real.vault().owner(name)).isEmpty();
  }

  @Test
  void destroysTheFolderAndNothingBesideIt() throws StepException {
    pass.converge(project);
    real.keepSecret(name + "/db");
    real.keepSecret(name + "/deep/er/ä b");
    real.keepSecret(name + "2/other");
    Project going = project().destroyingItsSecrets().beingDeleted().build();

    StepResult result = pass.release(going);

    assertThat(result.reason()).isEqualTo(Reason.REMOVED);
    assertThat(VaultPass.told(result))
        .contains("DELETE 2 secrets in " + real.settings().mount() + "/" + name);
    assertThat(real.vault().list(name)).isEmpty();
    assertThat(real.vault().owner(name)).isEmpty();
    assertThat(real.vault().list(name + "2")).containsExactly("other");
    assertThat(pass.release(going).changes()).isEmpty();
  }

  @Test
  void putsBackWhatWasWidenedByHand() {
    pass.converge(project);
    server.policy("project-" + name + "-read", "path \"*\" { capabilities = [\"read\"] }");
    server
        .root()
        .write(
            "auth/kubernetes/role/project-" + name,
            Map.of("bound_service_account_namespaces", List.of("*")));

    StepResult result = pass.converge(project().neverAdopting().build());

    assertThat(VaultPass.told(result))
        .containsExactly(
            "UPDATE Vault policy project-" + name + "-read", "UPDATE Vault role project-" + name);
    assertThat(VaultPass.events(result)).containsOnly(EventReason.DRIFT_REPAIRED);
    assertThat(pass.converge(project).changes()).isEmpty();
  }

  @Test
  void costsFourteenReadsAndFiveWritesPerProjectAndSixReadsPerLook() {
    pass.converge(project);
    List<Project> others =
        IntStream.range(0, 4)
            .mapToObj(number -> aProject(id + "n" + number).in(DEV).ownedBy(mail).build())
            .toList();
    others.forEach(this::settle);
    long mark = server.requests().mark();
    others.forEach(other -> assertThat(newPass().converge(other).state()).isEqualTo(State.DONE));

    List<VaultRequests.Request> making = server.requests().since(mark);
    assertThat(making).filteredOn(VaultAccessStepIT::isRead).hasSize(4 * 14);
    assertThat(making).filteredOn(request -> !isRead(request)).hasSize(4 * 5);

    mark = server.requests().mark();
    others.forEach(other -> newPass().converge(other));

    List<VaultRequests.Request> looking = server.requests().since(mark);
    assertThat(looking).hasSize(4 * 6).allMatch(VaultAccessStepIT::isRead);
  }

  @Test
  void paysThreeCallsMoreForANewGoogleGroup() {
    newPass().converge(project().withUid("first").ownedBy("warm." + mail).planOnly().build());
    long mark = server.requests().mark();

    pass.converge(project);

    List<String> calls =
        server.requests().since(mark).stream()
            .map(request -> request.operation() + " " + request.path())
            .toList();
    // The accessor is read anew if the one that is known is older than ten seconds.
    assertThat(calls.stream().filter(call -> !call.equals("read sys/auth"))).hasSize(14 + 5 + 3);
    assertThat(calls)
        .containsOnlyOnce(
            "read identity/group/name/groundwork-" + mail,
            "update identity/group/name/groundwork-" + mail,
            "update identity/group-alias");
  }

  private static boolean isRead(VaultRequests.Request request) {
    return Set.of("read", "list").contains(request.operation())
        || request.path().equals(VaultPaths.LOOKUP_GROUP);
  }

  @Test
  void findsInThreeListsWhoseThingsAreMissing() throws StepException {
    pass.converge(project);
    Project known = project().withStatus(pass.status()).build();
    cluster.with(known);
    VaultSweep sweep = new VaultSweep(real.vault(), cluster, gone -> {});
    long mark = server.requests().mark();
    assertThat(sweep.missing()).isEmpty();
    assertThat(server.requests().since(mark))
        .extracting(request -> request.operation() + " " + request.path())
        .containsExactly(
            "list sys/policies/acl/", "list identity/group/name/", "list auth/kubernetes/role/");

    for (String thing :
        List.of(
            "sys/policies/acl/project-" + name + "-access",
            "identity/group/name/project-" + name,
            "auth/kubernetes/role/project-" + name)) {
      server.root().delete(thing);
      assertThat(sweep.missing()).as(thing).containsExactly(OwnerMark.of(known));
      assertThat(pass.converge(project).state()).isEqualTo(State.DONE);
      assertThat(sweep.missing()).as(thing).isEmpty();
    }
  }

  @Test
  void neverAsksForASecretsValue() {
    real.keepSecret(name + "/db");
    long mark = server.requests().mark();
    pass.converge(project);
    pass.release(project().destroyingItsSecrets().beingDeleted().build());

    assertThat(server.requests().since(mark))
        .extracting(VaultRequests.Request::path)
        .isNotEmpty()
        .noneMatch(path -> path.startsWith(real.valuePath(name + "/db")) && version() == 2)
        .noneMatch(path -> path.startsWith("secret/data/"));
  }

  private String podToken() {
    return server.loginPod("project-" + name, pods.tokenFor(name, "vault-reader", "vault")).token();
  }

  private boolean reads(String token) {
    return server.as(token).read(real.valuePath(name + "/db")).status() == 200;
  }

  private List<String> capabilities(String token, String path) {
    JsonNode answer =
        server
            .root()
            .write("sys/capabilities", Map.of("token", token, "paths", List.of(path)))
            .data();
    return texts(answer.path(path)).stream().sorted().toList();
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }
}
