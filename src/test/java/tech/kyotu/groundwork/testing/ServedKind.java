package tech.kyotu.groundwork.testing;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether the API server serves a kind: it says so in the CRD's status, some time after it took the
 * CRD.
 */
public final class ServedKind implements Predicate<@Nullable CustomResourceDefinition> {

  @Override
  public boolean test(@Nullable CustomResourceDefinition crd) {
    return crd != null
        && crd.getStatus() != null
        // A status without conditions is what it begins with.
        && crd.getStatus().getConditions() != null
        && crd.getStatus().getConditions().stream()
            .anyMatch(
                each -> each.getType().equals("Established") && each.getStatus().equals("True"));
  }
}
