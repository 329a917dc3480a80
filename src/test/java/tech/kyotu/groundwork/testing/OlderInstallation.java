package tech.kyotu.groundwork.testing;

import java.util.LinkedHashMap;
import java.util.Map;
import tech.kyotu.groundwork.api.OlderMark;

/**
 * What an installation of the older operator (kyotu-project-operator) consists of, in our own
 * words: the files it leaves in both repositories, and the marks of what it makes in a cluster.
 *
 * @param name of the Project, as {@code shop-dev}
 * @param googleGroup its people
 * @param repository address of the deployment repository
 */
public record OlderInstallation(String name, String googleGroup, String repository) {

  /** Where the two files of all Projects stand. */
  public static final String VALUES = "namespaces/vault/vault/rbac_values.yaml";

  /** See {@link #VALUES}. */
  public static final String POLICY = "namespaces/argocd/argocd-operator/rbac.yaml";

  /** The label on its namespaces and pull secrets. */
  public static final Map<String, String> LABELS = Map.of(OlderMark.LABEL, OlderMark.OPERATOR);

  /** The files of one Project in the deployment repository. */
  public Map<String, String> deployment() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put(
        "applications/" + name + ".yaml",
        appProject()
            + set("apps", "manifests/" + name + "/*", "{{path.basename}}-{{path[1]}}")
            + set("configs", "manifests/" + name + "/*/*", "{{path.basename}}-{{path[2]}}"));
    files.put("manifests/" + name + "/.gitkeep", "");
    return files;
  }

  private String appProject() {
    return """
    apiVersion: argoproj.io/v1alpha1
    kind: AppProject
    metadata:
      name: %1$s
      namespace: argocd
    spec:
      description: %1$s
      destinations:
        - name: '*'
          namespace: '%1$s'
          server: 'https://kubernetes.default.svc'
      sourceRepos:
        - '%2$s'
    """
        .formatted(name, repository);
  }

  private String set(String kind, String path, String application) {
    return """
    ---
    apiVersion: argoproj.io/v1alpha1
    kind: ApplicationSet
    metadata:
      name: %1$s-%2$s
      namespace: argocd
    spec:
      generators:
      - git:
          repoURL: %5$s
          revision: main
          directories:
          - path: %3$s
      template:
        metadata:
          name: '%4$s'
        spec:
          project: "%1$s"
          source:
            repoURL: %5$s
            targetRevision: main
            path: '{{path}}'
          destination:
            server: https://kubernetes.default.svc
            namespace: '%1$s'
          syncPolicy:
            automated:
              prune: true
    """
        .formatted(name, kind, path, application, repository);
  }

  /** Its lines in the policy of Argo CD. */
  public String policy() {
    return """
        p, role:%1$s, applications, get, %1$s/*, allow
        p, role:%1$s, applications, sync, %1$s/*, allow
        p, role:%1$s, applications, update, %1$s/*, allow
        p, role:%1$s, logs, get, %1$s/*, allow
        p, role:%1$s, exec, create, %1$s/*, allow
        g, %2$s, role:%1$s
    """
        .formatted(name, googleGroup);
  }

  /** The values of Vault for this Project alone. */
  public String values() {
    return """
    vault:
      externalConfig:
        policies:
        - name: %1$s_access
          rules: |-
            path "secret/%1$s/*" {
              capabilities = ["create", "read", "update", "delete", "list"]
            }
        groups:
        - name: %2$s
          type: external
          policies:
          - %1$s_access
        group-aliases:
        - name: %2$s
          mountpath: oidc
          group: %2$s
    """
        .formatted(name.replace('-', '_'), googleGroup);
  }
}
