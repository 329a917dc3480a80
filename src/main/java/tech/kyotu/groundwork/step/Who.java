package tech.kyotu.groundwork.step;

/** The people who can move a Project on; whose turn it is belongs to each reason. */
public enum Who {
  /** They commit Projects. */
  OPS("ops, who commit Projects"),
  /** They work in the Project's namespace. */
  DEVELOPERS("the Project's developers"),
  /** They install Groundwork and choose its settings and credentials. */
  OPERATOR_ADMIN("whoever installs Groundwork"),
  /** They may grant rights and remove finalizers in Kubernetes. */
  CLUSTER_ADMIN("cluster administrators"),
  /** They own the group in GitLab, or run GitLab and its registry. */
  GITLAB_ADMIN("GitLab administrators"),
  /** They write Vault's roles and policies, and unseal it. */
  VAULT_ADMIN("Vault administrators"),
  /** They may change the Flux and the deployment repository, and who may push there. */
  REPOSITORY_ADMIN("maintainers of the Flux and deployment repositories"),
  /** They run Flux and Argo CD. */
  GITOPS_ADMIN("whoever runs Flux and Argo CD");

  private final String words;

  Who(String words) {
    this.words = words;
  }

  /** How a page names them, in the middle of a sentence. */
  public String words() {
    return words;
  }
}
