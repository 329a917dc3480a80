package tech.kyotu.groundwork.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.ServedKind;

/** The packaged manifests and the CRD, as an operator of a cluster applies them. */
public final class Manifests {
  static final Path CRD = Path.of("crds", "projects.kyotu.tech-v1.yml");
  static final String NAMESPACE = "groundwork-system";
  static final String ACCOUNT = "groundwork";

  private static final Path FOLDER = Path.of("src", "main", "kubernetes");
  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("installation")
          .withForce(true)
          .build();

  private Manifests() {}

  /** Installs the CRD and everything that {@code kustomization.yaml} lists; again is harmless. */
  public static void install(ControlPlane control) {
    applyCrd(control);
    for (String file : listed(control.adminClient())) {
      for (HasMetadata object : load(control.adminClient(), FOLDER.resolve(file))) {
        control.adminClient().resource(object).patch(APPLY);
      }
    }
  }

  /** Installs the CRD alone and returns once it is served. */
  static void applyCrd(ControlPlane control) {
    KubernetesClient admin = control.adminClient();
    HasMetadata crd = load(admin, CRD).get(0);
    admin.resource(crd).patch(APPLY);
    admin
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName(crd.getMetadata().getName())
        .waitUntilCondition(new ServedKind(), 30, TimeUnit.SECONDS);
  }

  /** The files that {@code kustomization.yaml} lists. */
  static List<String> listed(KubernetesClient client) {
    Map<?, ?> kustomization =
        client.getKubernetesSerialization().unmarshal(read("kustomization.yaml"), Map.class);
    List<String> files = new ArrayList<>();
    ((List<?>) kustomization.get("resources")).forEach(file -> files.add(file.toString()));
    return files;
  }

  /** All objects of all listed files. */
  static List<HasMetadata> all(KubernetesClient client) {
    return listed(client).stream()
        .flatMap(file -> load(client, FOLDER.resolve(file)).stream())
        .toList();
  }

  /** A client with the rights of the operator's ServiceAccount and no others. */
  public static KubernetesClient asOperator(ControlPlane control) {
    return as(control, NAMESPACE, ACCOUNT);
  }

  /** A client with the rights of a ServiceAccount and no others. */
  static KubernetesClient as(ControlPlane control, String namespace, String account) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(control.url())
            .withCaCertData(control.caCertificate())
            .withOauthToken(control.apiTokenFor(namespace, account))
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private static List<HasMetadata> load(KubernetesClient client, Path file) {
    try (InputStream content = Files.newInputStream(file)) {
      return client.load(content).items();
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be read", e);
    }
  }

  private static String read(String file) {
    try {
      return Files.readString(FOLDER.resolve(file));
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be read", e);
    }
  }
}
