package tech.kyotu.groundwork.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.SharedServers;

/** The packaged manifests on a real API server, and what the operator's account may do there. */
@ExtendWith(SharedServers.class)
class ManifestIT {
  private final ControlPlane control;
  private KubernetesClient operator;

  ManifestIT(ControlPlane control) {
    this.control = control;
  }

  @BeforeEach
  void install() {
    Manifests.install(control);
    operator = Manifests.asOperator(control);
  }

  @AfterEach
  void close() {
    operator.close();
  }

  @Test
  void listsEveryFileOfTheFolder() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("src", "main", "kubernetes"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(file -> !file.equals("kustomization.yaml") && !file.equals("takeover"))
          .containsExactlyInAnyOrderElementsOf(Manifests.listed(control.adminClient()));
    }
  }

  @ParameterizedTest(name = "{0} {1} in {2}, named {3}, namespace {4}")
  @CsvSource(
      textBlock =
          """
          get,    projects,                kyotu.tech,                   '',      ops
          list,   projects,                kyotu.tech,                   '',      ''
          watch,  projects,                kyotu.tech,                   '',      ''
          patch,  projects,                kyotu.tech,                   '',      ops
          get,    projects/status,         kyotu.tech,                   '',      ops
          patch,  projects/status,         kyotu.tech,                   '',      ops
          update, projects/finalizers,     kyotu.tech,                   '',      ops
          get,    namespaces,              '',                           '',      ''
          list,   namespaces,              '',                           '',      ''
          watch,  namespaces,              '',                           '',      ''
          create, namespaces,              '',                           '',      ''
          patch,  namespaces,              '',                           '',      ''
          delete, namespaces,              '',                           '',      ''
          create, secrets,                 '',                           '',      shop-dev
          get,    secrets,                 '',                           gitlab-registry-image-pull-secret, shop-dev
          list,   secrets,                 '',                           gitlab-registry-image-pull-secret, ''
          watch,  secrets,                 '',                           gitlab-registry-image-pull-secret, ''
          patch,  secrets,                 '',                           gitlab-registry-image-pull-secret, shop-dev
          delete, secrets,                 '',                           gitlab-registry-image-pull-secret, shop-dev
          get,    serviceaccounts,         '',                           '',      shop-dev
          list,   serviceaccounts,         '',                           '',      ''
          watch,  serviceaccounts,         '',                           '',      ''
          patch,  serviceaccounts,         '',                           '',      shop-dev
          create, events,                  events.k8s.io,                '',      ops
          patch,  events,                  events.k8s.io,                '',      ops
          list,   applications,            argoproj.io,                  '',      argocd
          watch,  applications,            argoproj.io,                  '',      argocd
          list,   applicationsets,         argoproj.io,                  '',      argocd
          list,   appprojects,             argoproj.io,                  '',      argocd
          get,    appprojects,             argoproj.io,                  '',      argocd
          patch,  appprojects,             argoproj.io,                  '',      argocd
          list,   kustomizations,          kustomize.toolkit.fluxcd.io,  '',      flux-system
          watch,  kustomizations,          kustomize.toolkit.fluxcd.io,  '',      flux-system
          create, leases,                  coordination.k8s.io,          '',      groundwork-system
          get,    leases,                  coordination.k8s.io,          groundwork, groundwork-system
          update, leases,                  coordination.k8s.io,          groundwork, groundwork-system
          patch,  leases,                  coordination.k8s.io,          groundwork, groundwork-system
          """)
  void letsTheOperatorDoItsWork(
      String verb, String resource, String group, String name, String namespace) {
    assertThat(may(verb, resource, group, name, namespace)).isTrue();
  }

  @ParameterizedTest(name = "{0} {1} in {2}, named {3}, namespace {4}")
  @CsvSource(
      textBlock =
          """
          create,      projects,                        kyotu.tech,                   '',       ops
          update,      projects,                        kyotu.tech,                   '',       ops
          delete,      projects,                        kyotu.tech,                   '',       ops
          update,      projects/status,                 kyotu.tech,                   '',       ops
          update,      namespaces,                      '',                           '',       ''
          update,      namespaces/finalize,             '',                           '',       ''
          deletecollection, namespaces,                 '',                           '',       ''
          get,         secrets,                         '',                           '',       shop-dev
          get,         secrets,                         '',                           other,    shop-dev
          list,        secrets,                         '',                           '',       ''
          list,        secrets,                         '',                           '',       groundwork-system
          watch,       secrets,                         '',                           other,    ''
          update,      secrets,                         '',                           gitlab-registry-image-pull-secret, shop-dev
          patch,       secrets,                         '',                           other,    shop-dev
          delete,      secrets,                         '',                           other,    shop-dev
          create,      serviceaccounts,                 '',                           '',       shop-dev
          delete,      serviceaccounts,                 '',                           '',       shop-dev
          create,      serviceaccounts/token,           '',                           '',       shop-dev
          impersonate, serviceaccounts,                 '',                           '',       shop-dev
          impersonate, users,                           '',                           '',       ''
          get,         pods,                            '',                           '',       shop-dev
          create,      pods,                            '',                           '',       shop-dev
          create,      pods/exec,                       '',                           '',       shop-dev
          get,         configmaps,                      '',                           '',       shop-dev
          get,         nodes,                           '',                           '',       ''
          create,      deployments,                     apps,                         '',       shop-dev
          create,      roles,                           rbac.authorization.k8s.io,    '',       shop-dev
          create,      rolebindings,                    rbac.authorization.k8s.io,    '',       shop-dev
          bind,        clusterroles,                    rbac.authorization.k8s.io,    '',       ''
          escalate,    clusterroles,                    rbac.authorization.k8s.io,    '',       ''
          get,         customresourcedefinitions,       apiextensions.k8s.io,         '',       ''
          patch,       customresourcedefinitions,       apiextensions.k8s.io,         '',       ''
          create,      validatingwebhookconfigurations, admissionregistration.k8s.io, '',       ''
          delete,      validatingadmissionpolicies,     admissionregistration.k8s.io, '',       ''
          patch,       applications,                    argoproj.io,                  '',       argocd
          patch,       applicationsets,                 argoproj.io,                  '',       argocd
          create,      appprojects,                     argoproj.io,                  '',       argocd
          update,      appprojects,                     argoproj.io,                  '',       argocd
          delete,      appprojects,                     argoproj.io,                  '',       argocd
          patch,       kustomizations,                  kustomize.toolkit.fluxcd.io,  '',       flux-system
          get,         leases,                          coordination.k8s.io,          other,    groundwork-system
          create,      leases,                          coordination.k8s.io,          '',       kube-system
          delete,      leases,                          coordination.k8s.io,          groundwork, groundwork-system
          delete,      events,                          events.k8s.io,                '',       ops
          '*',         '*',                             '*',                          '',       ''
          """)
  void letsTheOperatorDoNothingElse(
      String verb, String resource, String group, String name, String namespace) {
    assertThat(may(verb, resource, group, name, namespace)).isFalse();
  }

  @Test
  void namesEveryVerbAndResourceOfItsRoles() {
    List<ClusterRole> roles =
        Manifests.all(control.adminClient()).stream()
            .filter(ClusterRole.class::isInstance)
            .map(ClusterRole.class::cast)
            .toList();

    assertThat(roles)
        .flatExtracting(ClusterRole::getRules)
        .allSatisfy(
            rule ->
                assertThat(
                        Stream.of(rule.getVerbs(), rule.getResources(), rule.getApiGroups())
                            .flatMap(List::stream))
                    .doesNotContain("*"));
  }

  @Test
  void aggregatesWritersOfProjectsIntoNoOtherRole() {
    assertThat(aggregation("project-viewer"))
        .containsExactly("rbac.authorization.k8s.io/aggregate-to-view");
    assertThat(aggregation("project-editor")).isEmpty();
    assertThat(aggregation("project-admin")).isEmpty();
  }

  @Test
  void letsReadersAskTheOperatorAndNothingElse() {
    var asking =
        Manifests.all(control.adminClient()).stream()
            .filter(object -> object.getMetadata().getName().equals("groundwork-reader"))
            .map(Role.class::cast)
            .findFirst()
            .orElseThrow();
    String port =
        the(Service.class).getMetadata().getName()
            + ":"
            + the(Service.class).getSpec().getPorts().get(0).getName();

    assertThat(asking.getMetadata().getNamespace()).isEqualTo(Manifests.NAMESPACE);
    assertThat(asking.getRules())
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(rule.getResources()).containsExactly("services/proxy");
              assertThat(rule.getResourceNames()).containsExactly(port);
              assertThat(rule.getVerbs()).containsExactly("get", "create");
            });
  }

  @Test
  void admitsItsPodUnderTheRestrictedStandard() {
    Deployment deployment = the(Deployment.class);
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withName("probe-" + UUID.randomUUID())
            .withNamespace(Manifests.NAMESPACE)
            .endMetadata()
            .withSpec(deployment.getSpec().getTemplate().getSpec())
            .build();

    assertThatCode(() -> control.adminClient().resource(pod).dryRun(true).create())
        .doesNotThrowAnyException();
    pod.getSpec().getContainers().get(0).getSecurityContext().setAllowPrivilegeEscalation(true);
    assertThatThrownBy(() -> control.adminClient().resource(pod).dryRun(true).create())
        .hasMessageContaining("PodSecurity");
  }

  @Test
  void readsItsCredentialsFromFilesAndKeepsItsRootReadOnly() {
    var container = the(Deployment.class).getSpec().getTemplate().getSpec().getContainers().get(0);

    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getEnv())
        .allSatisfy(
            variable ->
                assertThat(
                        variable.getValueFrom() == null
                            || variable.getValueFrom().getSecretKeyRef() == null)
                    .as(variable.getName())
                    .isTrue());
    assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/q/health/live");
    assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/q/health/ready");
  }

  @Test
  void refusesNamespacesWithoutAMarkAndThoseOfThePlatform() {
    awaitPolicy();

    assertRefused(() -> operator.resource(namespace(unique(), Map.of())).create(), "its mark");
    assertRefused(
        () -> operator.resource(namespace("kube-" + unique(), marked())).create(), "platform");
    assertRefused(
        () ->
            operator
                .resource(
                    namespace(
                        unique(),
                        Map.of(
                            "kyotu.tech/owner-uid",
                            "u",
                            "pod-security.kubernetes.io/enforce",
                            "privileged")))
                .create(),
        "pod security");
    Namespace admitted = operator.resource(namespace(unique(), marked())).create();
    assertRefused(() -> operator.resource(admitted).delete(), "that it created");
  }

  @Test
  void refusesSecretsOfAnotherNameOrType() {
    awaitPolicy();
    String namespace = control.newNamespace("secrets");

    assertRefused(
        () -> operator.resource(secret(namespace, "other", "Opaque")).create(), "no secret but");
    assertRefused(
        () -> operator.resource(secret(namespace, Cluster.PULL_SECRET, "Opaque")).create(),
        "another type");
  }

  @Test
  void refusesToDeleteAProtectedProject() {
    awaitPolicy();
    Project protectedOne =
        project(control.newNamespace("protected"), "kyotu.tech/deletion-protection");
    Resource<Project> stored = control.adminClient().resource(protectedOne);
    var unused = stored.create();

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> stored.dryRun(true).delete())
                    .hasMessageContaining("deletion-protection is set on Project shop-dev."));
    assertThatThrownBy(stored::delete).isInstanceOf(KubernetesClientException.class);
    assertThatThrownBy(
            () ->
                control
                    .adminClient()
                    .resources(Project.class)
                    .inNamespace(protectedOne.getMetadata().getNamespace())
                    .delete())
        .as("all of a namespace at once")
        .hasMessageContaining("Remove the annotation first");
    annotate(control.adminClient(), protectedOne, "kyotu.tech/deletion-protection", "\"false\"");
    assertThat(stored.delete()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"adopt", "abandon", "confirm-deletions"})
  void letsThreeAnnotationsBeSetOnlyByThoseWhoHaveTheirVerb(String word) {
    awaitPolicy();
    String namespace = control.newNamespace("verbs");
    Project project = project(namespace, "example.com/any");
    var unused = control.adminClient().resource(project).create();
    String key = "kyotu.tech/" + word;
    try (KubernetesClient editor = person(namespace, "project-editor");
        KubernetesClient admin = person(namespace, "project-admin")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> annotate(editor, project, "example.com/any", "\"edited\""));
      assertThatThrownBy(() -> annotate(editor, project, key, "\"1\""))
          .hasMessageContaining("groundwork-projects")
          .hasMessageContaining("take the verb of the same name on projects");
      Project whole = project(namespace, key);
      whole.getMetadata().setName("shop-again");
      assertThatThrownBy(() -> editor.resource(whole).create())
          .hasMessageContaining("groundwork-projects");

      annotate(admin, project, key, "\"1\"");
      annotate(editor, project, "example.com/any", "\"edited again\"");
      assertThatThrownBy(() -> annotate(editor, project, key, "\"2\""))
          .hasMessageContaining("groundwork-projects");
      annotate(editor, project, key, "null");
    }
  }

  /** A ServiceAccount that this ClusterRole is bound to in this namespace. */
  private KubernetesClient person(String namespace, String role) {
    KubernetesClient admin = control.adminClient();
    var account =
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(role)
            .endMetadata()
            .build();
    var unused = admin.resource(account).create();
    var binding =
        new RoleBindingBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(role)
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
            .addNewSubject(null, "ServiceAccount", role, namespace)
            .build();
    var unusedToo = admin.resource(binding).create();
    return Manifests.as(control, namespace, role);
  }

  private static Project project(String namespace, String annotation) {
    Project project = aProject("shop").inNamespace(namespace).annotated(annotation, "set").build();
    project.getMetadata().setUid(null);
    project.getMetadata().setResourceVersion(null);
    return project;
  }

  private static void annotate(KubernetesClient who, Project project, String key, String value) {
    String patch = "{\"metadata\":{\"annotations\":{\"%s\":%s}}}".formatted(key, value);
    var unused =
        who.resources(Project.class)
            .inNamespace(project.getMetadata().getNamespace())
            .withName(project.getMetadata().getName())
            .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  @ParameterizedTest
  @ValueSource(strings = {"groundwork-operator", "groundwork-projects"})
  void hasAdmissionPoliciesThatTheServerCanTypeCheck(String policy) {
    awaitPolicy();

    var status =
        control
            .adminClient()
            .admissionRegistration()
            .v1()
            .validatingAdmissionPolicies()
            .withName(policy)
            .get()
            .getStatus();
    assertThat(status.getConditions()).isNullOrEmpty();
    assertThat(
            status.getTypeChecking() == null
                ? null
                : status.getTypeChecking().getExpressionWarnings())
        .isNullOrEmpty();
  }

  private boolean may(String verb, String resource, String group, String name, String namespace) {
    String[] parts = resource.split("/", 2);
    SelfSubjectAccessReview review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withVerb(verb)
            .withGroup(group)
            .withResource(parts[0])
            .withSubresource(parts.length == 2 ? parts[1] : null)
            .withName(name)
            .withNamespace(namespace)
            .endResourceAttributes()
            .endSpec()
            .build();
    return operator.resource(review).create().getStatus().getAllowed();
  }

  /** A new policy takes effect a moment after it is stored. */
  private void awaitPolicy() {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreException(AssertionError.class)
        .untilAsserted(
            () ->
                assertThatThrownBy(
                        () ->
                            operator.resource(namespace(unique(), Map.of())).dryRun(true).create())
                    .isInstanceOf(KubernetesClientException.class));
  }

  private static void assertRefused(Runnable request, String because) {
    assertThatThrownBy(request::run)
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("groundwork-operator")
        .hasMessageContaining(because);
  }

  private Set<String> aggregation(String role) {
    Map<String, String> labels =
        Manifests.all(control.adminClient()).stream()
            .filter(object -> object.getMetadata().getName().equals(role))
            .findFirst()
            .orElseThrow()
            .getMetadata()
            .getLabels();
    Set<String> keys = new TreeSet<>(labels.keySet());
    keys.removeIf(key -> !key.contains("aggregate-to"));
    return keys;
  }

  private <T extends HasMetadata> T the(Class<T> kind) {
    return Manifests.all(control.adminClient()).stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, String> marked() {
    return Map.of("kyotu.tech/owner-uid", "u");
  }

  private static String unique() {
    return "policy-" + UUID.randomUUID();
  }

  private static Namespace namespace(String name, Map<String, String> labels) {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(name)
        .withLabels(labels)
        .endMetadata()
        .build();
  }

  private static Secret secret(String namespace, String name, String type) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .withType(type)
        .build();
  }
}
