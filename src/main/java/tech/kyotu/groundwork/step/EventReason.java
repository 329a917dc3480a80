package tech.kyotu.groundwork.step;

/** The closed list of Normal events, and the two warnings that are no condition's reason. */
public enum EventReason {
  NAMESPACE_CREATED("NamespaceCreated", "Provision"),
  NAMESPACE_ADOPTED("NamespaceAdopted", "Provision"),
  GROUP_CREATED("GroupCreated", "Provision"),
  GROUP_FOUND("GroupFound", "Provision"),
  TOKEN_ISSUED("TokenIssued", "Provision"),
  TOKEN_ROTATED("TokenRotated", "Rotate"),
  TOKEN_REVOKED("TokenRevoked", "Rotate"),
  PULL_SECRET_WRITTEN("PullSecretWritten", "Provision"),
  VAULT_ACCESS_WRITTEN("VaultAccessWritten", "Provision"),
  COMMITTED("Committed", "Push"),
  ACCESS_CHANGED("AccessChanged", "Provision"),
  DRIFT_REPAIRED("DriftRepaired", "Provision"),
  PROVISIONED("Provisioned", "Provision"),
  RECOVERED("Recovered", "Provision"),
  REATTACHED("Reattached", "Decide"),
  PLANNED("Planned", "Decide"),
  SUSPENDED("Suspended", "Decide"),
  RESUMED("Resumed", "Decide"),
  REMOVAL_STARTED("RemovalStarted", "Remove"),
  RETAINED("Retained", "Remove"),
  ABANDONED("Abandoned", "Remove"),
  REMOVED("Removed", "Remove"),
  CLOCK_SKEW("ClockSkew", "Rotate"),
  TOKEN_EXPIRES_SOON("TokenExpiresSoon", "Rotate");

  private final String word;
  private final String action;

  EventReason(String word, String action) {
    this.word = word;
    this.action = action;
  }

  /** The event's reason. */
  public String word() {
    return word;
  }

  /** Whether somebody should look, although the Project works. */
  public boolean isWarning() {
    return this == CLOCK_SKEW || this == TOKEN_EXPIRES_SOON;
  }

  /** The event's action. */
  public String action() {
    return action;
  }
}
