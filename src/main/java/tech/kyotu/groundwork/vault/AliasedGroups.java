package tech.kyotu.groundwork.vault;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/**
 * External groups on the wire. An alias names the auth method of people by its accessor, which is
 * new each time the method is mounted. What Vault does here was seen in version 1.13.
 */
final class AliasedGroups {

  private static final Duration HOLDS = Duration.ofMinutes(5);
  private static final Duration BURST = Duration.ofSeconds(10);

  private final Calls calls;
  private final VaultPaths paths;
  private final String mount;
  private final Remembered<String> accessor;

  /**
   * External groups of one auth method.
   *
   * @param mount path of the method by which people log in
   */
  AliasedGroups(Calls calls, VaultPaths paths, String mount, Clock clock) {
    this.calls = calls;
    this.paths = paths;
    this.mount = mount + "/";
    this.accessor = new Remembered<>(this::readAccessor, clock);
  }

  /** The group of a mail address, whoever made it. */
  Optional<Vault.Group> of(String mail) throws StepException {
    String known = accessor.youngerThan(HOLDS);
    Optional<Vault.Group> found = lookup(mail, known);
    if (found.isPresent()) {
      return found;
    }
    // Vault says "absent" also for an accessor that is no more, so that one must be fresh.
    String now = accessor.youngerThan(BURST);
    return now.equals(known) ? found : lookup(mail, now);
  }

  private Optional<Vault.Group> lookup(String mail, String method) throws StepException {
    return calls
        .lookup(VaultPaths.LOOKUP_GROUP, Map.of("alias_name", mail, "alias_mount_accessor", method))
        .map(answer -> Readings.groupOf(answer.path("data")));
  }

  /**
   * Makes a group without policies, and its alias.
   *
   * @return id of the group that has the alias then, also if somebody else was first
   * @throws RejectedException if our name for it is another's
   */
  String create(String mail) throws StepException {
    String name = VaultNames.externalGroup(mail);
    String method = accessor.youngerThan(HOLDS);
    Optional<JsonNode> present = calls.read(paths.group(name)).map(answer -> answer.path("data"));
    if (present.map(Readings::groupOf).filter(found -> !ExternalGroups.isOurs(found)).isPresent()) {
      throw new RejectedException(
          Reason.OWNERSHIP_CONFLICT,
          "Vault group " + name + " was made by somebody else. Rename it, or give it the alias.");
    }
    String id = present.isPresent() ? present.get().path("id").asText() : make(name);
    boolean isAliased =
        present.filter(found -> isAlias(found.path("alias"), mail, method)).isPresent();
    return isAliased ? id : alias(id, mail, method);
  }

  private static boolean isAlias(JsonNode alias, String mail, String method) {
    return alias.path("name").asText().equals(mail)
        && alias.path("mount_accessor").asText().equals(method);
  }

  private String make(String name) throws StepException {
    Map<String, Object> body =
        Map.of("type", "external", "metadata", Map.of(Marks.MANAGED_BY, OwnerMark.GROUNDWORK));
    Optional<JsonNode> made = calls.write(paths.group(name), body);
    // Only who made it is told its id.
    Optional<JsonNode> told = made.isPresent() ? made : calls.read(paths.group(name));
    return told.map(answer -> answer.path("data").path("id").asText())
        .filter(id -> !id.isEmpty())
        .orElseThrow(() -> vanished(name));
  }

  private String alias(String id, String mail, String method) throws StepException {
    try {
      calls.write(
          VaultPaths.ALIASES, Map.of("name", mail, "mount_accessor", method, "canonical_id", id));
      return id;
    } catch (RejectedException refused) {
      // An alias is taken once. If it is there now, somebody else was first.
      return of(mail).map(Vault.Group::id).orElseThrow(() -> refused);
    }
  }

  /** Deletes the group; Vault takes its alias with it, so that no crash comes between the two. */
  void delete(Vault.Group group) throws StepException {
    calls.delete(paths.group(group.name()));
  }

  /** The auth method of people may be another one by now. */
  void forget() {
    accessor.forget();
  }

  private String readAccessor() throws StepException {
    return calls
        .read(VaultPaths.AUTH_METHODS)
        .map(answer -> answer.path("data").path(mount).path("accessor").asText())
        .filter(found -> !found.isEmpty())
        .orElseThrow(
            () ->
                new RejectedException(
                    Reason.PREREQUISITE_MISSING,
                    "Vault has no auth method at "
                        + mount
                        + ". Mount it, or set vault.oidc-mount."));
  }

  private static RetryableException vanished(String name) {
    return new RetryableException(
        Reason.REMOTE_UNAVAILABLE, "Vault group " + name + " vanished right after it was made.");
  }
}
