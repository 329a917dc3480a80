package tech.kyotu.groundwork.playground;

import java.util.Map;
import java.util.TreeMap;
import tech.kyotu.groundwork.testing.HostedRepository;

/**
 * The developers of the samples. What they deploy is a ConfigMap: no kubelet runs here, so a pod
 * would never be ready.
 */
final class Developers {
  /** The one application that each of them has: a folder of that name, an object of that name. */
  static final String APPLICATION = "web";

  private static final String MANIFEST =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: web
      data:
        greeting: hello
      """;

  private final HostedRepository deployment;
  private final Map<String, String> pushed = new TreeMap<>();

  Developers(HostedRepository deployment) {
    this.deployment = deployment;
  }

  /** Those of one sample bring their application, unless it is there; returns its folder. */
  String push(Sample sample) {
    String folder = "manifests/" + sample.name() + "/" + APPLICATION;
    String path = folder + "/settings.yaml";
    pushed.put(path, MANIFEST);
    if (!MANIFEST.equals(deployment.files().get(path))) {
      deployment.commit("Add the settings of web", Map.of(path, MANIFEST));
    }
    return folder;
  }

  /** All files they ever pushed. */
  Map<String, String> pushed() {
    return pushed;
  }
}
