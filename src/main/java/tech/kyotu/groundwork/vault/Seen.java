package tech.kyotu.groundwork.vault;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.StepException;

/**
 * What was read of one Project's things in Vault, all of it before anything is decided.
 *
 * @param marker owner marker of the folder of secrets
 * @param group internal group
 * @param access policy of people
 * @param read policy of pods
 * @param role role of pods
 * @param external group of the Google group
 */
record Seen(
    Optional<Map<String, String>> marker,
    Optional<Vault.Group> group,
    Optional<String> access,
    Optional<String> read,
    Optional<Vault.Role> role,
    Optional<Vault.Group> external) {

  static final String SECRETS = "vault-secrets";
  static final String GROUP = "vault-group";
  static final String EXTERNAL_GROUP = "vault-external-group";
  static final String ACCESS = "vault-policy-access";
  static final String READ = "vault-policy-read";
  static final String ROLE = "vault-role";

  static Seen of(Vault vault, VaultNames names, String mail) throws StepException {
    return new Seen(
        vault.owner(names.project()),
        vault.group(names.group()),
        vault.policy(names.access()),
        vault.policy(names.read()),
        vault.role(names.role()),
        vault.externalGroup(mail));
  }

  Optional<OwnerMark> markOfSecrets() {
    return marker.flatMap(Marks::of);
  }

  Optional<OwnerMark> markOfGroup() {
    return group.map(Vault.Group::metadata).flatMap(Marks::of);
  }

  boolean isMarkerOf(Project project) {
    return isOf(project, markOfSecrets(), false);
  }

  boolean isGroupOf(Project project) {
    return group.isPresent() && isOf(project, markOfGroup(), isMarkerOf(project));
  }

  boolean isAccessOf(Project project) {
    return isPolicyOf(project, access);
  }

  boolean isReadOf(Project project) {
    return isPolicyOf(project, read);
  }

  /** A role can hold no mark; it goes with what stands beside it. */
  boolean isRoleOf(Project project) {
    return role.isPresent() && (isNameOf(project) || (group.isEmpty() && isReadOf(project)));
  }

  private boolean isPolicyOf(Project project, Optional<String> policy) {
    return policy.isPresent() && isOf(project, policy.flatMap(Marks::ofPolicy), isNameOf(project));
  }

  /**
   * Whether things under our names are ours even without a mark of their own. Our marker is written
   * only after everything under these names was found free or ours, so what lost its mark since was
   * changed by hand; it is put back, and does not survive the Project.
   */
  private boolean isNameOf(Project project) {
    return group.isEmpty() ? isMarkerOf(project) : isGroupOf(project);
  }

  /** Whether any right of this Project is in Vault. */
  boolean holdsRightsOf(Project project) {
    return isRoleOf(project) || isGroupOf(project) || isAccessOf(project) || isReadOf(project);
  }

  /** The holdings as they are now: what is ours is known, what is not is forgotten. */
  UnaryOperator<Holdings> told(Project project, VaultNames names, GroundworkConfig.Vault where) {
    List<Holding> ours = holdings(project, names, where);
    return held -> {
      Holdings without = held;
      for (String id : List.of(SECRETS, GROUP, EXTERNAL_GROUP, ACCESS, READ, ROLE)) {
        if (ours.stream().noneMatch(holding -> holding.id().equals(id))) {
          without = without.without(id);
        }
      }
      return without.with(ours);
    };
  }

  private List<Holding> holdings(Project project, VaultNames names, GroundworkConfig.Vault where) {
    List<Holding> ours = new ArrayList<>();
    Origin origin = group.map(Vault.Group::metadata).map(Marks::origin).orElse(Origin.CREATED);
    if (isMarkerOf(project)) {
      Origin ofSecrets = marker.map(Marks::origin).orElse(Origin.CREATED);
      ours.add(Holding.of(SECRETS, "VaultSecrets", ofSecrets, where.mount() + "/" + names.key()));
    }
    if (isGroupOf(project)) {
      ours.add(Holding.of(GROUP, "VaultGroup", origin, names.group()));
      external.ifPresent(found -> ours.add(shared(found)));
    }
    if (isAccessOf(project)) {
      ours.add(Holding.of(ACCESS, "VaultPolicy", origin, names.access()));
    }
    if (isReadOf(project)) {
      ours.add(Holding.of(READ, "VaultPolicy", origin, names.read()));
    }
    if (isRoleOf(project)) {
      String path = "auth/" + where.authMount() + "/role/" + names.role();
      ours.add(Holding.of(ROLE, "VaultRole", origin, path));
    }
    return ours;
  }

  private static Holding shared(Vault.Group found) {
    Origin origin = ExternalGroups.isOurs(found) ? Origin.CREATED : Origin.ADOPTED;
    return new Holding(EXTERNAL_GROUP, "VaultGroup", origin, found.name(), true, null);
  }

  private static boolean isOf(Project project, Optional<OwnerMark> mark, boolean unmarked) {
    return mark.map(found -> found.uid().equals(project.uid())).orElse(unmarked);
  }
}
