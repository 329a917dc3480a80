package tech.kyotu.groundwork.gitlab.simulator;

/** What an account may do on the whole instance, apart from its memberships. */
public enum Right {
  /** May create groups at the top level ("can create group" in GitLab's user settings). */
  CREATE_GROUP,
  /** Sees and owns everything. */
  ADMINISTRATOR
}
