package tech.kyotu.groundwork.testing;

import static java.util.concurrent.TimeUnit.MINUTES;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a follower finds in the cluster before it starts: its namespace, its CRDs, and an account
 * that may do everything, as both Flux and Argo CD are installed.
 */
record FollowerHome(ControlPlane cluster, String namespace, String account) {

  /** Makes namespace and account. */
  static FollowerHome in(ControlPlane cluster, String namespace, String account) {
    KubernetesClient admin = cluster.adminClient();
    admin
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .serverSideApply();
    admin
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName(account)
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .serverSideApply();
    admin
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(account)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                .addNewSubject(null, "ServiceAccount", account, namespace)
                .build())
        .serverSideApply();
    return new FollowerHome(cluster, namespace, account);
  }

  /** Applies a folder's YAML files and returns when the API server serves their CRDs. */
  void furnish(Path folder) {
    List<HasMetadata> objects = filesIn(folder).stream().flatMap(this::objectsIn).toList();
    // Server-side: the CRD of ApplicationSets is too long for the annotation of the other way.
    objects.forEach(
        each -> cluster.adminClient().resource(each).forceConflicts().serverSideApply());
    objects.stream()
        .filter(CustomResourceDefinition.class::isInstance)
        .map(CustomResourceDefinition.class::cast)
        .forEach(
            crd ->
                cluster
                    .adminClient()
                    .resource(crd)
                    .waitUntilCondition(new ServedKind(), 1, MINUTES));
  }

  /** Writes the account's kubeconfig, whose context names the namespace, and returns the file. */
  Path kubeconfig(Path file) {
    return cluster.kubeconfigFor(namespace, account, file);
  }

  private static List<Path> filesIn(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Stream<HasMetadata> objectsIn(Path file) {
    try (InputStream yaml = Files.newInputStream(file)) {
      List<HasMetadata> objects = cluster.adminClient().load(yaml).items();
      objects.stream()
          .filter(each -> !(each instanceof CustomResourceDefinition))
          .forEach(each -> each.getMetadata().setNamespace(namespace));
      return objects.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
