package tech.kyotu.groundwork.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Cluster.NamespaceView;
import tech.kyotu.groundwork.step.Change;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.step.StepPlan;
import tech.kyotu.groundwork.step.Verb;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.Settings;

class NamespaceStepTest {
  private static final String NAME = "shop-dev";

  private final FakeCluster cluster = new FakeCluster();
  private final NamespaceStep step = new NamespaceStep(cluster, Settings.defaults());
  private final Project shop = aProject("shop").build();

  @Test
  void goesAfterAllOtherSteps() {
    assertThat(step.needs()).isEmpty();
    assertThat(step.goesAfter()).isEqualTo(EnumSet.complementOf(EnumSet.of(StepName.NAMESPACE)));
  }

  @Test
  void createsTheNamespaceWithOneCall() throws StepException {
    Change create = onlyChange(step.plan(shop, Holdings.NONE));
    assertThat(create.verb()).isEqualTo(Verb.CREATE);
    assertThat(create.subject()).isEqualTo("Namespace shop-dev");
    assertThat(create.event()).contains(EventReason.NAMESPACE_CREATED);

    Holding holding = thing(create.effect().apply(Holdings.NONE));

    assertThat(holding)
        .isEqualTo(
            new Holding("namespace", "Namespace", Origin.CREATED, NAME, null, holding.since()));
    assertThat(cluster.faults().calls()).containsExactly("cluster.createNamespace shop-dev");
  }

  @Test
  void plansNothingWithoutACallOnceItIsInPlace() throws StepException {
    cluster.withNamespaceOf(shop);

    StepPlan plan = step.plan(shop, Holdings.NONE);

    assertThat(plan.changes()).isEmpty();
    assertThat(message(plan)).isEqualTo("Namespace shop-dev.");
    assertThat(cluster.faults().calls()).isEmpty();
  }

  @Test
  void looksBeforeItPlansOnly() throws StepException {
    Project dry = aProject("shop").planOnly().build();

    Change create = onlyChange(step.plan(dry, Holdings.NONE));

    assertThat(create.verb()).isEqualTo(Verb.CREATE);
    assertThat(cluster.faults().calls()).containsExactly("cluster.getNamespace shop-dev");
  }

  @Test
  void plansAnAdoptionWhenTheNamespaceExistsUnowned() throws StepException {
    cluster.withNamespace(NAME);

    Change adopt = onlyChange(replanned(step, shop));
    assertThat(adopt.verb()).isEqualTo(Verb.ADOPT);
    assertThat(adopt.event()).contains(EventReason.NAMESPACE_ADOPTED);
    assertThat(thing(adopt.effect().apply(Holdings.NONE)).origin()).isEqualTo(Origin.ADOPTED);

    StepPlan next = step.plan(shop, Holdings.NONE);
    assertThat(next.changes()).isEmpty();
    assertThat(message(next))
        .isEqualTo("Namespace shop-dev existed before and will be kept on deletion.");
  }

  @Test
  void countsTheLabelOfTheOlderOperatorAsUnowned() throws StepException {
    NamespaceView view =
        view(Optional.empty(), Optional.empty(), Map.of("app", "kyotu-project-operator"));

    assertThat(onlyChange(replanned(meeting(view), shop)).verb()).isEqualTo(Verb.ADOPT);
  }

  @Test
  void takesWhatTheOlderOperatorMadeAsItsOwnWhereTheSettingsSaySo() throws StepException {
    NamespaceView view =
        view(Optional.empty(), Optional.empty(), Map.of("app", "kyotu-project-operator"));
    AtomicReference<Origin> marked = new AtomicReference<>();
    Cluster seen =
        (Cluster)
            Proxy.newProxyInstance(
                Cluster.class.getClassLoader(),
                new Class<?>[] {Cluster.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "namespace" -> Optional.of(view);
                      case "knownNamespace", "createNamespace" -> Optional.empty();
                      case "markNamespace" -> {
                        marked.set((Origin) arguments[2]);
                        yield view;
                      }
                      default -> method.invoke(cluster, arguments);
                    });
    NamespaceStep taking =
        new NamespaceStep(seen, Settings.of(Map.of("takeover.older-operator", "true")));

    Change adoption = onlyChange(replanned(taking, shop));
    assertThat(adoption.verb()).isEqualTo(Verb.ADOPT);
    var unused = adoption.effect().apply(Holdings.NONE);
    assertThat(marked).hasValue(Origin.CREATED);
  }

  @Test
  void refusesAnExistingNamespaceUnderAdoptionNever() {
    cluster.withNamespace(NAME);
    Project never = aProject("shop").named("our-shop").neverAdopting().build();

    assertRefused(
        () -> replanned(step, never),
        Reason.ADOPTION_FORBIDDEN,
        "Namespace shop-dev exists and spec.adoption is Never. Set IfUnowned, or annotate"
            + " kyotu.tech/adopt: namespace; kubectl project plan our-shop shows what would"
            + " change.");
    assertThat(cluster.namespaceAtRest(NAME).orElseThrow().owner()).isEmpty();
  }

  @Test
  void adoptsUnderNeverWhatAPersonNames() throws StepException {
    cluster.withNamespace(NAME);
    Project named =
        aProject("shop")
            .neverAdopting()
            .annotated(Project.ADOPT, "vault-secrets, namespace")
            .build();

    assertThat(onlyChange(replanned(step, named)).verb()).isEqualTo(Verb.ADOPT);
  }

  @Test
  void leavesANamespaceThatAnotherToolManages() throws StepException {
    NamespaceView view =
        view(Optional.empty(), Optional.empty(), Map.of(OwnerMark.MANAGED_BY, "Helm"));

    assertRefused(
        () -> replanned(meeting(view), shop),
        Reason.OWNERSHIP_CONFLICT,
        "Namespace shop-dev is managed by Helm. Take it out there, or annotate kyotu.tech/adopt:"
            + " namespace.");
    Project named = aProject("shop").annotated(Project.ADOPT, "namespace").build();
    assertThat(onlyChange(replanned(meeting(view), named)).verb()).isEqualTo(Verb.ADOPT);
  }

  @Test
  void refusesANameThatAnotherProjectHolds() {
    Project winner = aProject("shop").named("shop").inNamespace("platform").build();
    cluster.with(winner).withNamespaceOf(winner);

    assertRefused(
        () -> step.plan(shop, Holdings.NONE),
        Reason.NAME_TAKEN,
        "Namespace shop-dev belongs to Project platform/shop. Delete one of the two, or change"
            + " projectId or environmentType in a new Project. Nothing was written.");
    Project adopting = aProject("shop").annotated(Project.ADOPT, "namespace").build();
    assertRefused(() -> step.plan(adopting, Holdings.NONE), Reason.NAME_TAKEN, "belongs to");
  }

  @Test
  void reattachesItsOwnNamespaceAfterARestore() throws StepException {
    Project before = aProject("shop").withUid("before-the-restore").build();
    cluster.withNamespaceOf(before);

    Change reattach = onlyChange(step.plan(shop, Holdings.NONE));
    assertThat(reattach.verb()).isEqualTo(Verb.UPDATE);
    assertThat(reattach.event()).contains(EventReason.REATTACHED);
    assertThat(thing(reattach.effect().apply(Holdings.NONE)).origin()).isEqualTo(Origin.CREATED);
    assertThat(step.holdsName(shop)).isTrue();
  }

  @Test
  void takesANamespaceOfAGoneProjectOnlyIfAPersonNamesIt() throws StepException {
    cluster.withNamespaceOf(aProject("shop").named("gone").build());

    assertRefused(
        () -> step.plan(shop, Holdings.NONE),
        Reason.OWNERSHIP_CONFLICT,
        "Namespace shop-dev bears the mark of Project ops/gone, which is gone.");
    Project named = aProject("shop").annotated(Project.ADOPT, "namespace").build();
    Change adopt = onlyChange(step.plan(named, Holdings.NONE));
    assertThat(adopt.verb()).isEqualTo(Verb.ADOPT);
    assertThat(thing(adopt.effect().apply(Holdings.NONE)).origin()).isEqualTo(Origin.ADOPTED);
  }

  @Test
  void waitsForANamespaceThatIsStillGoing() throws StepException {
    cluster.withNamespaceOf(shop);
    cluster.lingerNamespaces();
    cluster.deleteNamespace(cluster.namespaceAtRest(NAME).orElseThrow());

    assertRefused(
        () -> step.plan(shop, Holdings.NONE),
        Reason.NAMESPACE_TERMINATING,
        "Namespace shop-dev is being deleted. Setup goes on when it is gone; look for finalizers"
            + " inside it.");
  }

  @Test
  void makesAVanishedNamespaceAgain() throws StepException {
    Holdings held = Holdings.NONE.with(Holding.of("namespace", "Namespace", Origin.CREATED, NAME));

    Change create = onlyChange(step.plan(shop, held));

    assertThat(create.verb()).isEqualTo(Verb.CREATE);
    assertThat(create.event()).contains(EventReason.DRIFT_REPAIRED);
    assertThat(thing(create.effect().apply(held)).origin()).isEqualTo(Origin.CREATED);
  }

  @Test
  void putsBackALabelThatWasLost() throws StepException {
    Map<String, String> labels = new TreeMap<>(OwnerMark.of(shop).labels(shop.name()));
    labels.remove(OwnerMark.PROJECT);
    NamespaceView view = view(Optional.of(OwnerMark.of(shop)), Optional.of(Origin.CREATED), labels);

    Change repair = onlyChange(meeting(view).plan(shop, Holdings.NONE));

    assertThat(repair.verb()).isEqualTo(Verb.UPDATE);
    assertThat(repair.event()).contains(EventReason.DRIFT_REPAIRED);
  }

  @Test
  void neverDeletesANamespaceWhoseOriginWasLost() throws StepException {
    NamespaceView view = view(Optional.of(OwnerMark.of(shop)), Optional.empty(), Map.of());

    Change keep = onlyChange(meeting(view).planRelease(shop, Holdings.NONE));

    assertThat(keep.verb()).isEqualTo(Verb.RETAIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"kube", "kube-system", "default", "flux-system", "argocd", "vault", "platform"})
  void refusesNamesOfThePlatform(String projectId) {
    assertRefused(
        () -> step.plan(aProject(projectId).build(), Holdings.NONE),
        Reason.NAME_RESERVED,
        "The name " + projectId + "-dev belongs to the platform. Choose another projectId.");
    assertThat(cluster.faults().calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ops-room", "cd", "crew", "billing"})
  void refusesNamesThatTheSettingsReserve(String projectId) {
    NamespaceStep strict =
        new NamespaceStep(
            cluster,
            Settings.of(
                Map.of(
                    "kubernetes.operator-namespace", "ops-room",
                    "argo.namespace", "cd",
                    "kubernetes.reserved-names", "crew-dev,billing")));

    assertRefused(
        () -> strict.plan(aProject(projectId).build(), Holdings.NONE),
        Reason.NAME_RESERVED,
        "belongs to the platform");
  }

  @Test
  void doesNotReserveNamesThatOnlyResembleOnes() {
    for (String projectId : List.of("kubernetes", "defaults", "platforms", "my-vault")) {
      assertThatCode(() -> step.plan(aProject(projectId).build(), Holdings.NONE))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void admitsOnlyGroupsOfAllowedDomains() {
    NamespaceStep strict =
        new NamespaceStep(
            cluster, Settings.of(Map.of("kubernetes.allowed-domains", "example.org,example.com")));

    assertThatCode(() -> strict.plan(shop, Holdings.NONE)).doesNotThrowAnyException();
    assertRefused(
        () -> strict.plan(aProject("shop").ownedBy("team@sub.example.org").build(), Holdings.NONE),
        Reason.INVALID_SPEC,
        "spec.googleGroup is of sub.example.org, which the settings do not allow. Use an address"
            + " of example.com, example.org.");
  }

  @Test
  void deletesItsNamespaceAndWaitsUntilItIsGone() throws StepException {
    cluster.withNamespaceOf(shop);
    cluster.lingerNamespaces();

    Change delete = onlyChange(step.planRelease(shop, Holdings.NONE));
    assertThat(delete.verb()).isEqualTo(Verb.DELETE);
    assertThat(delete.effect().apply(Holdings.NONE))
        .isEqualTo(
            new Outcome.Waiting(
                Reason.WAITING_FOR_REMOVAL, "Namespace shop-dev is being deleted."));

    assertThat(step.planRelease(shop, Holdings.NONE).waitsFor())
        .map(Outcome.Waiting::reason)
        .contains(Reason.WAITING_FOR_REMOVAL);

    cluster.finishDeletion(NAME);
    StepPlan gone = step.planRelease(shop, held(Origin.CREATED));
    assertThat(gone.changes()).isEmpty();
    assertThat(gone.waitsFor()).isEmpty();
    assertThat(gone.found().apply(held(Origin.CREATED)).thing("namespace")).isEmpty();
  }

  @Test
  void keepsAnAdoptedNamespaceAndTakesItsMarkOff() throws StepException {
    cluster.withNamespace(NAME);
    onlyChange(replanned(step, shop)).effect().apply(Holdings.NONE);

    Change keep = onlyChange(step.planRelease(shop, held(Origin.ADOPTED)));
    assertThat(keep.verb()).isEqualTo(Verb.RETAIN);
    assertThat(keep.reason()).isEqualTo("it existed before this Project");
    keep.effect().apply(held(Origin.ADOPTED));

    assertThat(cluster.namespaceAtRest(NAME).orElseThrow().owner()).isEmpty();
  }

  @Test
  void keepsItsNamespaceWhereThePolicySaysSo() throws StepException {
    Project retaining = aProject("shop").retainingItsNamespace().build();
    cluster.withNamespaceOf(retaining);

    Change keep = onlyChange(step.planRelease(retaining, Holdings.NONE));

    assertThat(keep.verb()).isEqualTo(Verb.RETAIN);
    assertThat(keep.event()).contains(EventReason.RETAINED);
    assertThat(keep.reason()).isEqualTo("spec.deletion.namespace is Retain");
  }

  @Test
  void leavesTheNamespaceOfAnotherAloneOnDeletion() throws StepException {
    cluster.withNamespaceOf(aProject("shop").named("winner").build());

    StepPlan plan = step.planRelease(shop, Holdings.NONE);

    assertThat(plan.changes()).isEmpty();
    assertThat(plan.waitsFor()).isEmpty();
    assertThat(step.holdsName(shop)).isFalse();
  }

  private interface Planning {
    Object run() throws StepException;
  }

  private static void assertRefused(Planning planning, Reason reason, String sentence) {
    assertThatThrownBy(planning::run)
        .isInstanceOfSatisfying(
            StepException.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(reason);
              assertThat(refusal.sentence()).contains(sentence);
            });
  }

  /** The plan that takes the place of a create whose premise fails. */
  private static StepPlan replanned(NamespaceStep step, Project project) throws StepException {
    // The cache does not know the namespace, so the step tries to create it.
    Change create = onlyChange(step.plan(project, Holdings.NONE));
    assertThat(create.verb()).isEqualTo(Verb.CREATE);
    return ((Outcome.Replanned) create.effect().apply(Holdings.NONE)).plan();
  }

  /** The step in a cluster whose namespace of that name is exactly this one. */
  private NamespaceStep meeting(NamespaceView view) {
    boolean known = view.labels().containsKey(OwnerMark.OWNER_UID);
    Object seen =
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "namespace" -> Optional.of(view);
                  case "knownNamespace" -> known ? Optional.of(view) : Optional.empty();
                  case "createNamespace" -> Optional.empty();
                  default -> method.invoke(cluster, arguments);
                });
    return new NamespaceStep((Cluster) seen, Settings.defaults());
  }

  private static NamespaceView view(
      Optional<OwnerMark> owner, Optional<Origin> origin, Map<String, String> labels) {
    return new NamespaceView(
        NAME, "uid", "1", owner, origin, false, labels, "2026-11-20T12:00:00Z");
  }

  private static Change onlyChange(StepPlan plan) {
    assertThat(plan.changes()).hasSize(1);
    return plan.changes().get(0);
  }

  private static Holding thing(Outcome outcome) {
    return ((Outcome.Done) outcome).learnt().apply(Holdings.NONE).thing("namespace").orElseThrow();
  }

  private static Holdings held(Origin origin) {
    return Holdings.NONE.with(Holding.of("namespace", "Namespace", origin, NAME));
  }

  private static String message(StepPlan plan) {
    return plan.message().apply(plan.found().apply(Holdings.NONE));
  }
}
