package tech.kyotu.groundwork.vault;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.step.StepException;

/**
 * The few things we read and write in Vault. A read is empty only if Vault itself answered that the
 * thing is absent; no answer, a refusal or the answer of somebody else is an exception. Writes are
 * idempotent: after an unknown outcome they may be repeated. Deleting what is absent is done.
 *
 * <p>Every method throws {@code RetryableException} while Vault cannot answer, and {@code
 * RejectedException} if it refuses; the message names the path.
 */
public interface Vault {

  /**
   * A group of Vault's identity store.
   *
   * @param id Vault's own id
   * @param name unique in Vault
   * @param external whether its members come with a login (external) or are listed (internal)
   * @param policies names of the policies it gives
   * @param members ids of the groups that are its members
   * @param parents ids of the groups that it is a member of; Vault 1.13 keeps those of deleted
   *     groups
   * @param metadata free text by key; marks stand here
   * @param aliasId id of its alias at an auth method; empty if it has none
   */
  record Group(
      String id,
      String name,
      boolean external,
      Set<String> policies,
      Set<String> members,
      Set<String> parents,
      Map<String, String> metadata,
      Optional<String> aliasId) {

    /** Copies. */
    public Group {
      policies = Set.copyOf(policies);
      members = Set.copyOf(members);
      parents = Set.copyOf(parents);
      metadata = Map.copyOf(metadata);
    }
  }

  /**
   * A role of the Kubernetes auth method: which pods may log in, and what they get.
   *
   * @param serviceAccounts names that may log in
   * @param namespaces where these live
   * @param audience for whom their tokens must be made
   * @param aliasNameSource what names the pod's entity in Vault
   * @param policies names of the policies of a login
   * @param ttl life of a login's token
   * @param maxTtl longest life, renewals included
   */
  record Role(
      Set<String> serviceAccounts,
      Set<String> namespaces,
      String audience,
      String aliasNameSource,
      Set<String> policies,
      Duration ttl,
      Duration maxTtl) {

    /** Copies. */
    public Role {
      serviceAccounts = Set.copyOf(serviceAccounts);
      namespaces = Set.copyOf(namespaces);
      policies = Set.copyOf(policies);
    }
  }

  /** The text of a policy. */
  Optional<String> policy(String name) throws StepException;

  /** Creates or replaces a policy. */
  void writePolicy(String name, String text) throws StepException;

  /** Deletes a policy; tokens that name it lose what it gave at once. */
  void deletePolicy(String name) throws StepException;

  /** A group by its name. */
  Optional<Group> group(String name) throws StepException;

  /**
   * Creates or replaces an internal group.
   *
   * @param name of the group; there must be no external one of that name
   * @param policies names of the policies it gives
   * @param members ids of the groups that are its members
   * @param metadata replaces all earlier one
   */
  void writeGroup(
      String name, Set<String> policies, Set<String> members, Map<String, String> metadata)
      throws StepException;

  /** Deletes an internal group; its members lose its policies at their next request. */
  void deleteGroup(String name) throws StepException;

  /** Whether a group of this id exists. */
  boolean hasGroup(String id) throws StepException;

  /** The external group of a mail address, whoever made it and however it is named. */
  Optional<Group> externalGroup(String mail) throws StepException;

  /**
   * Creates an external group without policies for a mail address, and its alias.
   *
   * @return id of the group of that address then, also if somebody else was first
   */
  String createExternalGroup(String mail) throws StepException;

  /** Deletes an external group: first its alias, then itself. */
  void deleteExternalGroup(Group group) throws StepException;

  /** A role of the Kubernetes auth method. */
  Optional<Role> role(String name) throws StepException;

  /** Creates or replaces a role. */
  void writeRole(String name, Role role) throws StepException;

  /** Deletes a role; nobody logs in by it any more. */
  void deleteRole(String name) throws StepException;

  /** The owner marker of a folder of secrets: what was written there. */
  Optional<Map<String, String>> owner(String project) throws StepException;

  /** Writes the owner marker of a folder of secrets. */
  void writeOwner(String project, Map<String, String> mark) throws StepException;

  /** Deletes the owner marker of a folder of secrets. */
  void deleteOwner(String project) throws StepException;

  /**
   * Names directly below a folder of secrets, also of deleted ones whose history lives; those of
   * folders end in a slash. Empty if there is nothing.
   *
   * @param folder without a slash at its end
   */
  List<String> list(String folder) throws StepException;

  /** Destroys one secret, with all its versions. */
  void destroy(String secret) throws StepException;

  /** Names of all policies, Vault's own among them. */
  Set<String> policies() throws StepException;

  /** Names of all groups of the identity store, internal and external. */
  Set<String> groups() throws StepException;

  /** Names of all roles of the Kubernetes auth method. */
  Set<String> roles() throws StepException;

  /** Version of the key/value engine, some minutes old at most; empty if we may not read it. */
  Optional<Integer> keyValueVersion() throws StepException;
}
