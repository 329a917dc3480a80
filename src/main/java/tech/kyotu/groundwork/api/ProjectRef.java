package tech.kyotu.groundwork.api;

/**
 * Where a Project lives in the cluster.
 *
 * @param namespace the namespace of the resource itself, not the one it provisions
 * @param name the resource's name, free to choose
 */
public record ProjectRef(String namespace, String name) {

  /** The form of the owner annotation: {@code <namespace>/<name>}. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
