package tech.kyotu.groundwork.playground;

import static java.util.concurrent.TimeUnit.MINUTES;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tech.kyotu.groundwork.testing.ServedKind;

/** Brings the project's own files into a cluster, as a platform team would with kubectl. */
final class ClusterObjects {
  /** The operator runs beside the cluster here, not in it; the other is a word to kubectl. */
  private static final Set<String> LEFT_OUT = Set.of("Deployment", "Kustomization");

  private final KubernetesClient admin;
  private final Path projectRoot;

  ClusterObjects(KubernetesClient admin, Path projectRoot) {
    this.admin = admin;
    this.projectRoot = projectRoot;
  }

  /** Applies the CRD and returns when the API server serves it. */
  void applyCrd() {
    for (HasMetadata crd : read(projectRoot.resolve("crds/projects.kyotu.tech-v1.yml"))) {
      admin.resource(crd).forceConflicts().serverSideApply();
    }
    admin
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("projects.kyotu.tech")
        .waitUntilCondition(new ServedKind(), 1, MINUTES);
  }

  /** Applies what an installation consists of, but for the Deployment: above all the rights. */
  void applyInstallation() {
    List<HasMetadata> objects =
        manifests(projectRoot.resolve("src/main/kubernetes")).stream()
            .flatMap(file -> read(file).stream())
            .filter(object -> !LEFT_OUT.contains(object.getKind()))
            .toList();
    // The file names do not tell the order; a namespace comes before what is in it.
    Stream.concat(
            objects.stream().filter(object -> object.getKind().equals("Namespace")),
            objects.stream().filter(object -> !object.getKind().equals("Namespace")))
        .forEach(object -> admin.resource(object).forceConflicts().serverSideApply());
  }

  /** Applies one sample unchanged; where it names no namespace it goes to {@code default}. */
  void applySample(String file) {
    try (var yaml = Files.newInputStream(projectRoot.resolve("examples").resolve(file))) {
      GenericKubernetesResource sample =
          admin.genericKubernetesResources("kyotu.tech/v1", "Project").load(yaml).item();
      String namespace = sample.getMetadata().getNamespace();
      admin
          .genericKubernetesResources("kyotu.tech/v1", "Project")
          .inNamespace(namespace == null ? "default" : namespace)
          .resource(sample)
          .fieldManager("playground")
          .serverSideApply();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> manifests(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().matches(".*[.]ya?ml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<HasMetadata> read(Path file) {
    try {
      return admin.load(new ByteArrayInputStream(Files.readAllBytes(file))).items();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
