package tech.kyotu.groundwork.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A right in Kubernetes.
 *
 * @param verb such as {@code patch}
 * @param group of the API; empty for the core
 * @param resource with a subresource after a slash
 * @param name of one object; empty for any
 * @param namespace empty for all
 */
record Right(String verb, String group, String resource, String name, String namespace) {

  private static final String FOLLOWED = "argoproj.io";
  private static final String SECRET = "gitlab-registry-image-pull-secret";

  /** Without one of these a step of some Project fails; a test holds them against the manifests. */
  static final List<Right> OF_THE_OPERATOR =
      List.of(
          everywhere("watch", "kyotu.tech", "projects"),
          everywhere("patch", "kyotu.tech", "projects"),
          everywhere("patch", "kyotu.tech", "projects/status"),
          everywhere("watch", "", "namespaces"),
          everywhere("create", "", "namespaces"),
          everywhere("patch", "", "namespaces"),
          everywhere("delete", "", "namespaces"),
          everywhere("create", "", "secrets"),
          new Right("watch", "", "secrets", SECRET, ""),
          new Right("patch", "", "secrets", SECRET, ""),
          new Right("delete", "", "secrets", SECRET, ""),
          everywhere("patch", "", "serviceaccounts"),
          everywhere("create", "events.k8s.io", "events"),
          everywhere("list", FOLLOWED, "applications"),
          everywhere("list", FOLLOWED, "applicationsets"),
          everywhere("list", FOLLOWED, "appprojects"),
          everywhere("watch", "kustomize.toolkit.fluxcd.io", "kustomizations"));

  private static Right everywhere(String verb, String group, String resource) {
    return new Right(verb, group, resource, "", "");
  }

  /** As an access review wants it. */
  Map<String, String> attributes() {
    String[] parts = resource.split("/", 2);
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("verb", verb);
    attributes.put("group", group);
    attributes.put("resource", parts[0]);
    attributes.put("subresource", parts.length == 2 ? parts[1] : "");
    attributes.put("name", name);
    attributes.put("namespace", namespace);
    return attributes;
  }

  @Override
  public String toString() {
    return verb + " " + resource;
  }
}
