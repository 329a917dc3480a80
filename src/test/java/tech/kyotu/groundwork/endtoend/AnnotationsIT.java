package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.endtoend.Expected.ARGO;
import static tech.kyotu.groundwork.endtoend.Expected.FLUX;
import static tech.kyotu.groundwork.endtoend.Expected.GROUP;
import static tech.kyotu.groundwork.endtoend.Expected.NAMESPACE;
import static tech.kyotu.groundwork.endtoend.Expected.REGISTRY;
import static tech.kyotu.groundwork.endtoend.Expected.VAULT;
import static tech.kyotu.groundwork.endtoend.Installation.SOON;
import static tech.kyotu.groundwork.endtoend.Installation.dev;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.PlannedChange;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.gitlab.simulator.Fault;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.AuditLog;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * Every annotation and every field by which people ask for something, and the answer. No look of
 * its own brings the operator to a Project here within the day, so only the edit can have caused
 * the answer. How long it took is printed and decides nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnnotationsIT {
  private static final String TEAMS = "teams";
  private static final String OWNER = "kyotu.tech/owner-uid";
  private static final String OPERATOR = "system:serviceaccount:groundwork-system:groundwork";
  private static final long BOUND_SECONDS = 60;
  private static final Duration TOLD = Duration.ofSeconds(60);
  private static final Map<String, String> SELDOM =
      Map.of(
          "groundwork.retry.regular-look", "PT12H",
          "groundwork.retry.longest", "PT12H",
          "groundwork.retry.rejected", "PT12H",
          "groundwork.gitlab.check-interval", "PT12H");

  private Installation at;

  @BeforeAll
  void start() {
    ServerBinary.require(ServerBinary.values());
    at = Installation.in(World.start(Wishes.in("annotations").withAuditLog()), SELDOM);
  }

  @AfterAll
  void end() {
    at.close();
    at.world().close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"kyotu.tech/reconcile-requested-at", "reconcile.fluxcd.io/requestedAt"})
  void aReconcileRequestIsEchoedAfterAFullLook(String key) {
    String id = key.startsWith("kyotu") ? "asked" : "fluxed";
    ready(id);
    String policy = "sys/policies/acl/project-" + id + "-dev-access";
    assertThat(at.vault().root().delete(policy).status()).isEqualTo(204);

    answered(
        key,
        id,
        annotation(key, "2026-11-20T12:04:11Z"),
        it -> "2026-11-20T12:04:11Z".equals(it.statusOrUnseen().lastHandledReconcileAt()));
    await().atMost(SOON).until(() -> at.vault().root().read(policy).status() == 200);
    awaitEvent(id, "DriftRepaired");
  }

  @Test
  void aRotationRequestGivesOneNewTokenAndIsNotRepeated() {
    ready("rotated");
    long first = tokenOf(at.project("rotated"));

    answered(
        "kyotu.tech/rotate-token",
        "rotated",
        annotation("kyotu.tech/rotate-token", "once"),
        it -> isReady(it) && tokenOf(it) != first);
    Project after = at.project("rotated");
    assertThat(after.statusOrUnseen().registryToken().lastRotateRequest()).isEqualTo("once");
    assertThat(after.statusOrUnseen().registryToken().previousId()).isEqualTo(first);
    awaitEvent("rotated", "TokenRotated");

    answered(
        "a look after it",
        "rotated",
        annotation("kyotu.tech/reconcile-requested-at", "again"),
        it -> "again".equals(it.statusOrUnseen().lastHandledReconcileAt()));
    assertThat(tokenOf(at.project("rotated"))).isEqualTo(tokenOf(after));
    assertThat(at.world().gitlab().tokens(group("rotated"))).as("ever made").hasSize(2);
  }

  @Test
  void aSuspendedProjectSaysSoAndNothingOfItIsChangedUntilItIsResumed() {
    ready("paused");
    answered("spec.suspend", "paused", "{\"spec\":{\"suspend\":true}}", says("True", "Suspended."));
    awaitEvent("paused", "Suspended");
    String before = at.world().flux().tip();
    long asked = at.world().gitlab().history().size();
    long read = at.vault().requests().mark();
    long called = at.world().cluster().auditLog().mark();

    answered(
        "a look while suspended",
        "paused",
        annotation("kyotu.tech/reconcile-requested-at", "while suspended"),
        it -> "while suspended".equals(it.statusOrUnseen().lastHandledReconcileAt()));
    answered(
        "an edit while suspended",
        "paused",
        "{\"spec\":{\"googleGroup\":\"later.crew@example.com\"}}",
        says("Unknown", "Suspended with edits not applied: googleGroup."));
    assertThat(at.world().flux().tip()).isEqualTo(before);
    assertNothingWasRead(asked, read, called);

    answered(
        "spec.suspend false",
        "paused",
        "{\"spec\":{\"suspend\":false}}",
        it -> isReady(it) && at.world().flux().files().toString().contains("later.crew"));
    awaitEvent("paused", "Resumed");
    awaitEvent("paused", "AccessChanged");
  }

  @Test
  void aPlannedProjectIsMadeOnceItIsToBeApplied() {
    at.create(dev("planned").planOnly());
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(at.project("planned").statusOrUnseen().plan())
                    .extracting(PlannedChange::step)
                    .contains(NAMESPACE, GROUP, REGISTRY, VAULT, FLUX, ARGO));
    awaitReason("planned", "Ready", "False", "Planned");
    assertThat(namespace("planned")).isNull();
    awaitEvent("planned", "Planned");

    answered(
        "spec.mode Apply", "planned", "{\"spec\":{\"mode\":\"Apply\"}}", AnnotationsIT::isReady);
    answered(
        "spec.mode Plan",
        "planned",
        "{\"spec\":{\"mode\":\"Plan\"}}",
        it -> isReady(it) && it.isPlanOnly());
    answeredToDelete(
        "planned",
        it ->
            shows(it, "Ready", "False", "DeletionPlanned")
                && !it.statusOrUnseen().plan().isEmpty());
    assertThat(namespace("planned").getMetadata().getDeletionTimestamp()).isNull();
    removed("spec.mode Apply", "planned", "{\"spec\":{\"mode\":\"Apply\"}}");
    assertThat(namespace("planned")).isNull();
  }

  @Test
  void aPlannedProjectThatHoldsNothingGoesAtOnce() {
    at.create(dev("airy").planOnly());
    awaitReason("airy", "Ready", "False", "Planned");

    removedByDelete("airy");
  }

  @Test
  void anUnownedNamespaceIsTakenOverOnlyOnceItIsNamed() {
    older("named");
    at.create(dev("named").neverAdopting());
    awaitReason("named", "Stalled", "True", "AdoptionForbidden");

    answered(
        "kyotu.tech/adopt",
        "named",
        annotation("kyotu.tech/adopt", "namespace"),
        it -> isReady(it) && isNamespaceAdopted(it));
    awaitEvent("named", "NamespaceAdopted");
    removedByDelete("named");
    assertThat(namespace("named").getMetadata().getLabels()).doesNotContainKey(OWNER);
  }

  @Test
  void anUnownedNamespaceIsTakenOverOnceTheSpecAllowsIt() {
    older("allowed");
    at.create(dev("allowed").neverAdopting());
    awaitReason("allowed", "Stalled", "True", "AdoptionForbidden");

    answered(
        "spec.adoption",
        "allowed",
        "{\"spec\":{\"adoption\":\"IfUnowned\"}}",
        it -> isReady(it) && isNamespaceAdopted(it));
  }

  @Test
  void protectionAndSuspensionHoldADeletionAndSayWhoDoes() {
    ready("guarded");
    patch("guarded", annotation("kyotu.tech/deletion-protection", "please"));
    assertThatThrownBy(() -> delete("guarded"))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("kyotu.tech/deletion-protection is set on Project guarded-dev");
    patch(
        "guarded",
        "{\"metadata\":{\"annotations\":{\"kyotu.tech/deletion-protection\":null}},\"spec\":{\"suspend\":true}}");
    answeredToDelete("guarded", it -> shows(it, "Stalled", "True", "Suspended"));
    answered(
        "protection after the delete",
        "guarded",
        annotation("kyotu.tech/deletion-protection", "please"),
        it ->
            shows(it, "Ready", "False", "DeletionProtected")
                && shows(it, "Stalled", "True", "DeletionProtected"));
    awaitEvent("guarded", "DeletionProtected");
    answered(
        "protection false",
        "guarded",
        annotation("kyotu.tech/deletion-protection", "false"),
        it ->
            shows(it, "Ready", "False", "Suspended") && shows(it, "Stalled", "True", "Suspended"));
    assertThat(namespace("guarded").getMetadata().getDeletionTimestamp()).isNull();
    assertThat(at.world().gitlab().liveTokens(group("guarded"))).hasSize(1);

    removed("spec.suspend false", "guarded", "{\"spec\":{\"suspend\":false}}");
    assertThat(namespace("guarded")).isNull();
    assertThat(at.world().gitlab().liveTokens(group("guarded"))).isEmpty();
  }

  @Test
  void aRetainedNamespaceStaysWithoutOurMarksAndSecretsStayByDefault() {
    at.create(dev("kept").retainingItsNamespace());
    at.awaitReady("kept", SOON);
    secret("kept");

    removedByDelete("kept");
    assertThat(namespace("kept").getMetadata().getDeletionTimestamp()).isNull();
    assertThat(namespace("kept").getMetadata().getLabels()).doesNotContainKey(OWNER);
    assertThat(at.admin().secrets().inNamespace("kept-dev").list().getItems()).isEmpty();
    assertThat(at.vault().root().read("secret/data/kept-dev/app").status()).isEqualTo(200);
  }

  @Test
  void theFateOfSecretsAndNamespaceMayChangeUntilTheDeletion() {
    ready("changed");
    secret("changed");
    patch(
        "changed", "{\"spec\":{\"deletion\":{\"secrets\":\"Destroy\",\"namespace\":\"Retain\"}}}");

    removedByDelete("changed");
    assertThat(namespace("changed").getMetadata().getDeletionTimestamp()).isNull();
    assertThat(at.vault().root().read("secret/metadata/changed-dev/app").status()).isEqualTo(404);
  }

  @Test
  void aRemovalThatIsGivenUpByNameHoldsTheProjectNoLonger() {
    long id = at.world().gitlab().addGroup(group("left"), "groundwork");
    ready("left");
    at.world()
        .gitlab()
        .arm(
            Fault.on("DELETE", "/groups/" + id + "/*")
                .always()
                .replies(403, "application/json", "{\"message\":\"403 Forbidden\"}"));
    answeredToDelete("left", it -> shows(it, REGISTRY, "False", "AccessDenied"));

    removed("kyotu.tech/abandon", "left", annotation("kyotu.tech/abandon", REGISTRY));
    awaitEvent("left", "Abandoned");
    assertThat(namespace("left")).isNull();
    assertThat(at.world().gitlab().liveTokens(group("left"))).as("what was left").hasSize(1);
  }

  /** The looks that no Project causes are no calls about one: tokens, lists and tips. */
  private void assertNothingWasRead(long asked, long read, long called) {
    assertThat(at.world().gitlab().historyAfter(asked))
        .filteredOn(it -> !it.rawPath().contains("/personal_access_tokens/self"))
        .isEmpty();
    assertThat(at.vault().requests().since(read)).noneMatch(it -> it.path().contains("paused-dev"));
    assertThat(at.world().cluster().auditLog().callsSince(called).keySet())
        .filteredOn(it -> it.user().equals(OPERATOR))
        .extracting(AuditLog.Call::resource)
        .isSubsetOf("projects/status", "projects", "events", "leases", "serviceaccounts/token");
  }

  private void ready(String id) {
    at.create(id);
    at.awaitReady(id, SOON);
  }

  /** A namespace that was there before. */
  private void older(String id) {
    var unused =
        at.admin()
            .resource(
                new NamespaceBuilder()
                    .withNewMetadata()
                    .withName(id + "-dev")
                    .endMetadata()
                    .build())
            .create();
  }

  /** A secret that the team wrote. */
  private void secret(String id) {
    Map<String, ?> body = Map.of("data", Map.of("key", "value"));
    var answer = at.vault().root().write("secret/data/" + id + "-dev/app", body);
    assertThat(answer.status()).isEqualTo(200);
  }

  private void answered(String what, String id, String patch, Predicate<Project> answer) {
    assertThat(answer.test(at.project(id))).as("answered before it is asked").isFalse();
    awaitByWatch(what, id, () -> patch(id, patch), it -> it != null && answer.test(it));
  }

  private void answeredToDelete(String id, Predicate<Project> answer) {
    awaitByWatch("a delete", id, () -> delete(id), it -> it != null && answer.test(it));
  }

  private void removed(String what, String id, String patch) {
    assertThat(at.project(id).isBeingDeleted()).as("waits for this").isTrue();
    awaitByWatch(what, id, () -> patch(id, patch), Objects::isNull);
  }

  private void removedByDelete(String id) {
    awaitByWatch("a delete, gone", id, () -> delete(id), Objects::isNull);
  }

  private void awaitByWatch(String what, String id, Runnable ask, Predicate<Project> answer) {
    long started = System.nanoTime();
    ask.run();
    var unused = resource(id).waitUntilCondition(answer, BOUND_SECONDS, TimeUnit.SECONDS);
    long millis = (System.nanoTime() - started) / 1_000_000;
    System.out.printf("%-40s answered after %5d ms%n", what, millis);
  }

  private void awaitReason(String id, String type, String status, String reason) {
    await().atMost(SOON).until(() -> shows(at.project(id), type, status, reason));
  }

  private void awaitEvent(String id, String reason) {
    await()
        .atMost(TOLD)
        .untilAsserted(
            () ->
                assertThat(at.admin().events().v1().events().inNamespace(TEAMS).list().getItems())
                    .filteredOn(it -> it.getRegarding().getName().equals(id + "-dev"))
                    .extracting(Event::getReason)
                    .contains(reason));
  }

  private void patch(String id, String patch) {
    var unused = resource(id).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private void delete(String id) {
    var unused = resource(id).delete();
  }

  private static String annotation(String key, String value) {
    return "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(key, value);
  }

  private static Predicate<Project> says(String ready, String beginning) {
    return project ->
        project.statusOrUnseen().conditions().stream()
            .anyMatch(
                it ->
                    it.getType().equals("Ready")
                        && it.getStatus().equals(ready)
                        && it.getMessage().startsWith(beginning)
                        && it.getObservedGeneration() == project.generation());
  }

  private static boolean isReady(Project project) {
    return project.statusOrUnseen().observedGeneration() == project.generation()
        && shows(project, "Ready", "True", "Provisioned");
  }

  private static boolean shows(Project project, String type, String status, String reason) {
    List<Condition> all = project.statusOrUnseen().conditions();
    return all.stream()
        .anyMatch(
            it ->
                it.getType().equals(type)
                    && it.getStatus().equals(status)
                    && it.getReason().equals(reason));
  }

  private static boolean isNamespaceAdopted(Project project) {
    return project.statusOrUnseen().holdings().stream()
        .anyMatch(it -> it.id().equals("namespace") && it.origin() == Origin.ADOPTED);
  }

  private static long tokenOf(Project project) {
    return project.statusOrUnseen().registryToken().id();
  }

  private static String group(String id) {
    return World.PARENT_GROUP + "/" + id;
  }

  private Namespace namespace(String id) {
    return at.admin().namespaces().withName(id + "-dev").get();
  }

  private Resource<Project> resource(String id) {
    return at.admin().resources(Project.class).inNamespace(TEAMS).withName(id + "-dev");
  }
}
