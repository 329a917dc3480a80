package tech.kyotu.groundwork.gitops;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.FollowerBinary;
import tech.kyotu.groundwork.testing.ServedKind;
import tech.kyotu.groundwork.testing.ServerBinary;
import tech.kyotu.groundwork.testing.Settings;

/** What is rendered, and what a site copies, held against the CRDs of real Argo CD and Flux. */
@Tag("real-servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RenderedForArgoCdIT {

  private ControlPlane control;
  private ServerSideApply dry;

  @BeforeAll
  void serve() throws Exception {
    ServerBinary.require(ServerBinary.ETCD, ServerBinary.KUBE_APISERVER);
    FollowerBinary.require(FollowerBinary.ARGOCD, FollowerBinary.KUSTOMIZE_CONTROLLER);
    control = ControlPlane.setup().withoutControllerManager().start();
    KubernetesClient admin = control.adminClient();
    dry = ServerSideApply.dry(admin);
    for (String name : List.of("argocd", "flux-system")) {
      var unused =
          admin
              .resource(
                  new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
              .create();
    }
    install(FollowerBinary.ARGOCD.path().resolveSibling("argocd-manifests"));
    install(
        FollowerBinary.KUSTOMIZE_CONTROLLER
            .path()
            .resolveSibling("kustomize-controller-manifests"));
  }

  private void install(Path folder) throws Exception {
    KubernetesClient admin = control.adminClient();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        List<CustomResourceDefinition> crds =
            admin.load(new ByteArrayInputStream(Files.readAllBytes(file))).items().stream()
                .filter(CustomResourceDefinition.class::isInstance)
                .map(CustomResourceDefinition.class::cast)
                .toList();
        for (CustomResourceDefinition crd : crds) {
          admin.resource(crd).forceConflicts().serverSideApply();
          admin.resource(crd).waitUntilCondition(new ServedKind(), 1, MINUTES);
        }
      }
    }
  }

  @AfterAll
  void end() {
    if (control != null) { // where a server is missing, nothing was started
      control.close();
    }
  }

  @ParameterizedTest
  @EnumSource(EnvironmentType.class)
  void argoCdKnowsEveryFieldOfAProjectsFile(EnvironmentType environment) throws Exception {
    RenderInput input = RenderInput.of(aProject("shop").in(environment).build());
    Map<String, String> settings = new HashMap<>();
    assertThat(dry.all(new TemplateFolder(Settings.of(settings)).applications(input))).hasSize(2);
    settings.put("argo.configs-set", "true");
    settings.put("argo.group-source", "true");
    settings.put("argo.exec-environments", environment.word());
    settings.put("argo.allow-update", "true");
    settings.put("flux.default-deny", "true");
    assertThat(dry.all(new TemplateFolder(Settings.of(settings)).applications(input)))
        .extracting(GenericKubernetesResource::getKind)
        .containsExactly("AppProject", "ApplicationSet", "ApplicationSet");
  }

  @Test
  void argoCdAndFluxKnowEveryFieldOfWhatASiteCopies() throws Exception {
    for (String file :
        List.of(
            "argocd-templates/root/platform-appproject.yaml",
            "argocd-templates/root/root-application.yaml",
            "flux-repo-template/clusters/main/platform.yaml",
            "flux-repo-template/clusters/main/projects.yaml")) {
      assertThat(dry.all(Files.readAllBytes(Path.of(file)))).as(file).hasSize(1);
    }
  }
}
