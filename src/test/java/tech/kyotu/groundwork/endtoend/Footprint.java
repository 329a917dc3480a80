package tech.kyotu.groundwork.endtoend;

import static tech.kyotu.groundwork.endtoend.Expected.ARGO;
import static tech.kyotu.groundwork.endtoend.Expected.FLUX;
import static tech.kyotu.groundwork.endtoend.Expected.GROUP;
import static tech.kyotu.groundwork.endtoend.Expected.NAMESPACE;
import static tech.kyotu.groundwork.endtoend.Expected.REGISTRY;
import static tech.kyotu.groundwork.endtoend.Expected.VAULT;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import tech.kyotu.groundwork.gitlab.simulator.TokenView;
import tech.kyotu.groundwork.playground.World;

/**
 * What there is of a Project, by the step that made it. The systems themselves are asked, never the
 * operator, and whatever they do not deny counts as there.
 */
final class Footprint {
  private Footprint() {}

  /** The steps of which anything is left. */
  static Set<String> of(Installation at, String projectId) {
    World world = at.world();
    String name = projectId + "-dev";
    Map<String, BooleanSupplier> looks = new LinkedHashMap<>();
    looks.put(NAMESPACE, () -> at.admin().namespaces().withName(name).get() != null);
    // GitLab remembers the dead tokens of a group as long as there is the group.
    looks.put(GROUP, () -> !tokens(at, projectId).isEmpty());
    looks.put(REGISTRY, () -> tokens(at, projectId).stream().anyMatch(Footprint::isOurs));
    looks.put(
        VAULT, () -> inVault(name).anyMatch(it -> at.vault().root().read(it).status() != 404));
    looks.put(FLUX, () -> world.flux().files().keySet().toString().contains(name));
    looks.put(ARGO, () -> world.deployment().bytes("applications/" + name + ".yaml").isPresent());
    Set<String> left = new TreeSet<>();
    looks.forEach(
        (step, look) -> {
          if (look.getAsBoolean()) {
            left.add(step);
          }
        });
    return left;
  }

  /** Dead ones too; none where there is no group. */
  private static List<TokenView> tokens(Installation at, String projectId) {
    try {
      return at.world().gitlab().tokens(World.PARENT_GROUP + "/" + projectId);
    } catch (NoSuchElementException absent) {
      return List.of();
    }
  }

  private static boolean isOurs(TokenView token) {
    return token.active() && token.name().startsWith("groundwork_");
  }

  private static Stream<String> inVault(String name) {
    return Stream.of(
        "sys/policies/acl/project-" + name + "-access",
        "sys/policies/acl/project-" + name + "-read",
        "identity/group/name/project-" + name,
        "auth/kubernetes/role/project-" + name);
  }
}
