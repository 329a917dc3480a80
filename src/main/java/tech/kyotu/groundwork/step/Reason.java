package tech.kyotu.groundwork.step;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The closed vocabulary of the conditions: why a condition is as it is. Each word stands beside its
 * meaning and a piece of advice; documentation and messages come from here.
 */
public enum Reason {
  PROVISIONED(Kind.OK, "Provisioned", "Every step is in place.", "Nothing to do."),
  IN_PLACE(Kind.OK, "InPlace", "This part is as wanted.", "Nothing to do."),
  PROGRESSING(
      Kind.WAIT,
      "Progressing",
      "A new generation is being worked on.",
      "Wait; it goes on by itself."),
  WAITING_FOR_STEP(
      Kind.WAIT,
      "WaitingForStep",
      "A step it needs is not in place.",
      "Look at the step it names."),
  WAITING_FOR_PUSH(
      Kind.WAIT,
      "WaitingForPush",
      "The edit waits for the next push.",
      "Wait; it goes on by itself."),
  PLANNED(
      Kind.WAIT,
      "Planned",
      "Plan mode, and there are changes.",
      "Set spec.mode: Apply to carry them out.",
      Who.OPS),
  SUSPENDED(
      Kind.WAIT,
      "Suspended",
      "spec.suspend is true.",
      "Set spec.suspend: false to go on.",
      Who.OPS),

  REMOTE_UNAVAILABLE(
      Kind.RETRY,
      "RemoteUnavailable",
      "A system does not answer, or not sensibly.",
      "Nothing unless it lasts; then repair the system it names.",
      Who.GITLAB_ADMIN,
      Who.VAULT_ADMIN,
      Who.REPOSITORY_ADMIN,
      Who.CLUSTER_ADMIN),
  RATE_LIMITED(
      Kind.RETRY,
      "RateLimited",
      "A system asked to wait.",
      "If it repeats, raise the operator's limit there.",
      Who.GITLAB_ADMIN,
      Who.VAULT_ADMIN,
      Who.REPOSITORY_ADMIN,
      Who.CLUSTER_ADMIN),
  PUSH_CONTENTION(
      Kind.RETRY,
      "PushContention",
      "The branch moved each time we pushed.",
      "Nothing unless it lasts.",
      Who.REPOSITORY_ADMIN),
  SECRET_UPDATE_FAILED(
      Kind.RETRY,
      "SecretUpdateFailed",
      "A token was issued, but the pull secret could not be written.",
      "Remove what refuses the Secret: a quota or a webhook.",
      Who.CLUSTER_ADMIN),
  PROBE_FAILED(
      Kind.RETRY,
      "ProbeFailed",
      "The registry did not accept the new token.",
      "Check the registry's address in the operator's settings.",
      Who.OPERATOR_ADMIN,
      Who.GITLAB_ADMIN),
  TOKEN_EXPIRED(
      Kind.RETRY,
      "TokenExpired",
      "The published token is dead and cannot be replaced now.",
      "Restore the system it names; image pulls fail meanwhile.",
      Who.GITLAB_ADMIN,
      Who.OPERATOR_ADMIN),
  NAMESPACE_TERMINATING(
      Kind.RETRY,
      "NamespaceTerminating",
      "A namespace of that name is still going away.",
      "Look for finalizers inside the namespace.",
      Who.CLUSTER_ADMIN),
  INTERNAL_ERROR(
      Kind.RETRY,
      "InternalError",
      "A bug in the operator.",
      "Report it with the id in the message.",
      Who.OPERATOR_ADMIN),

  INVALID_SPEC(
      Kind.REJECTED,
      "InvalidSpec",
      "The stored spec breaks today's rules.",
      "Mend the field it names.",
      Who.OPS),
  NAME_RESERVED(
      Kind.REJECTED,
      "NameReserved",
      "The name belongs to the platform or to GitLab.",
      "Choose another projectId.",
      Who.OPS),
  NAME_TAKEN(
      Kind.REJECTED,
      "NameTaken",
      "Another Project holds the name.",
      "Delete one of the two, or choose another projectId or environment.",
      Who.OPS),
  ADOPTION_FORBIDDEN(
      Kind.REJECTED,
      "AdoptionForbidden",
      "The thing exists unowned, and spec.adoption is Never.",
      "Set IfUnowned, or name the holding in kyotu.tech/adopt.",
      Who.OPS),
  OWNERSHIP_CONFLICT(
      Kind.REJECTED,
      "OwnershipConflict",
      "A foreign mark, or another tool keeps undoing our work.",
      "Delete one of the two owners, or stop the other tool.",
      Who.OPS,
      Who.VAULT_ADMIN,
      Who.CLUSTER_ADMIN),
  SECRETS_RETAINED(
      Kind.REJECTED,
      "SecretsRetained",
      "Vault holds data of an earlier owner.",
      "Destroy the data, or set kyotu.tech/adopt: vault-secrets.",
      Who.OPS,
      Who.VAULT_ADMIN),
  ACCESS_DENIED(
      Kind.REJECTED,
      "AccessDenied",
      "A credential was refused or lacks a right.",
      "Give the operator the right that the message names.",
      Who.GITLAB_ADMIN,
      Who.VAULT_ADMIN,
      Who.REPOSITORY_ADMIN,
      Who.CLUSTER_ADMIN),
  PREREQUISITE_MISSING(
      Kind.REJECTED,
      "PrerequisiteMissing",
      "Something that must be there before is absent.",
      "Create what the message names.",
      Who.OPERATOR_ADMIN,
      Who.GITLAB_ADMIN,
      Who.VAULT_ADMIN,
      Who.REPOSITORY_ADMIN),
  PUSH_REJECTED(
      Kind.REJECTED,
      "PushRejected",
      "The server refused the push.",
      "Let the operator's user push, or mend what the server's hook names.",
      Who.REPOSITORY_ADMIN),
  UNREADABLE_FILE(
      Kind.REJECTED,
      "UnreadableFile",
      "A file in the repository cannot be edited safely.",
      "Repair the file; it is not touched before.",
      Who.REPOSITORY_ADMIN),
  TEMPLATE_INVALID(
      Kind.REJECTED,
      "TemplateInvalid",
      "A template renders to something that is not allowed.",
      "Mend the template, restart the operator.",
      Who.OPERATOR_ADMIN),
  DELETION_PROTECTED(
      Kind.REJECTED,
      "DeletionProtected",
      "The protection annotation is set, or very many Projects were deleted at once.",
      "Remove kyotu.tech/deletion-protection, or confirm by kyotu.tech/confirm-deletions.",
      Who.OPS),
  DELETION_PLANNED(
      Kind.REJECTED,
      "DeletionPlanned",
      "Deleted while in Plan mode.",
      "Set spec.mode: Apply to carry the deletion out.",
      Who.OPS),

  REMOVING(
      Kind.DELETION, "Removing", "This part is being taken away.", "Wait; it goes on by itself."),
  WAITING_FOR_REMOVAL(
      Kind.DELETION,
      "WaitingForRemoval",
      "Taken away, but the effect is not seen yet.",
      "If it lasts, look at the finalizers of what it names.",
      Who.CLUSTER_ADMIN,
      Who.GITOPS_ADMIN,
      Who.DEVELOPERS),
  REMOVED(Kind.DELETION, "Removed", "This part is gone.", "Nothing to do."),
  RETAINED(Kind.DELETION, "Retained", "This part is kept on purpose.", "Nothing to do."),

  APPLIED_TO_CLUSTER(
      Kind.FOLLOW, "AppliedToCluster", "Flux and Argo CD applied our commits.", "Nothing to do."),
  AWAITING_FLUX(
      Kind.FOLLOW,
      "AwaitingFlux",
      "Flux has not applied our commit yet.",
      "Wait, or reconcile Flux.",
      Who.GITOPS_ADMIN),
  AWAITING_ARGO_CD(
      Kind.FOLLOW,
      "AwaitingArgoCD",
      "Argo CD has not applied our commit yet.",
      "Wait, or refresh Argo CD.",
      Who.GITOPS_ADMIN),
  APPLY_FAILED(
      Kind.FOLLOW,
      "ApplyFailed",
      "Flux or Argo CD refused our commit.",
      "Mend the file it names.",
      Who.REPOSITORY_ADMIN,
      Who.GITOPS_ADMIN),
  FOLLOWER_MISSING(
      Kind.FOLLOW,
      "FollowerMissing",
      "Flux or Argo CD cannot be observed.",
      "Grant the operator the read rights.",
      Who.CLUSTER_ADMIN,
      Who.OPERATOR_ADMIN);

  /** What a reason means for the Project as a whole. */
  public enum Kind {
    /** All is well. */
    OK("fine", "Nothing is wrong."),
    /** Work goes on by itself. */
    WAIT("waiting", "It goes on by itself, or when somebody says so in the spec."),
    /** It failed and is tried again by itself. */
    RETRY("tried again", "It failed and is tried again by itself (`Reconciling`)."),
    /** Only a person can move this on. */
    REJECTED("refused", "Only a person can move this on (`Stalled`)."),
    /** The Project is being taken away. */
    DELETION("deletion", "The Project is being taken away."),
    /** How Flux and Argo CD follow; never part of Ready. */
    FOLLOW("followers", "How Flux and Argo CD follow, in `Applied`; never part of `Ready`.");

    private final String word;
    private final String meaning;

    Kind(String word, String meaning) {
      this.word = word;
      this.meaning = meaning;
    }

    /** One or two words for it. */
    public String word() {
      return word;
    }

    /** One sentence on what it says of the Project. */
    public String meaning() {
      return meaning;
    }
  }

  private final Kind kind;
  private final String word;
  private final String meaning;
  private final String advice;

  /** From List.of; no type of the JDK says that it cannot change. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<Who> who;

  Reason(Kind kind, String word, String meaning, String advice, Who... who) {
    this.kind = kind;
    this.word = word;
    this.meaning = meaning;
    this.advice = advice;
    this.who = List.of(who);
  }

  /** What it means for the Project. */
  public Kind kind() {
    return kind;
  }

  /** The word in conditions and events, for example {@code NameTaken}. */
  public String word() {
    return word;
  }

  /** Whether a person may lift it by naming the thing in {@code kyotu.tech/adopt}. */
  public boolean asksForAdoption() {
    return this == ADOPTION_FORBIDDEN || this == OWNERSHIP_CONFLICT || this == SECRETS_RETAINED;
  }

  /** One sentence on what it says. */
  public String meaning() {
    return meaning;
  }

  /** One sentence on what to do. */
  public String advice() {
    return advice;
  }

  /** Who can do that, the likeliest first; empty if nobody has to. */
  public List<Who> who() {
    return who;
  }

  /** The reason of exactly this word, empty for any other. */
  public static Optional<Reason> of(String word) {
    return Arrays.stream(values()).filter(reason -> reason.word.equals(word)).findFirst();
  }
}
