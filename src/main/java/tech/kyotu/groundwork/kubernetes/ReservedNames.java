package tech.kyotu.groundwork.kubernetes;

import java.util.HashSet;
import java.util.Set;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.config.GroundworkConfig;

/**
 * Names that no Project may have: what every cluster reserves, what the platform lives on by these
 * settings, and what the settings add. Compared exactly, as id alone and as whole name.
 */
record ReservedNames(Set<String> names) {

  private static final String SYSTEM = "kube";

  static ReservedNames of(GroundworkConfig config) {
    Set<String> names =
        new HashSet<>(Set.of("default", "flux-system", "argocd", "vault", "platform"));
    names.add(config.argo().namespace());
    names.add(config.kubernetes().operatorNamespace());
    config.kubernetes().reservedNames().ifPresent(names::addAll);
    return new ReservedNames(Set.copyOf(names));
  }

  boolean contain(ProjectName name) {
    return isReserved(name.projectId()) || isReserved(name.value());
  }

  private boolean isReserved(String text) {
    return names.contains(text) || text.equals(SYSTEM) || text.startsWith(SYSTEM + "-");
  }
}
