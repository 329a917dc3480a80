package tech.kyotu.groundwork.gitops.shared;

/** What one Project should have in one of the two files. */
public sealed interface SharedEntry permits VaultRight, ArgoRole {

  /** The name by which all that is ours is known, from the Project's name alone. */
  String name();

  /** Whether anything is wanted; otherwise nothing of that name stays. */
  boolean isWanted();
}
