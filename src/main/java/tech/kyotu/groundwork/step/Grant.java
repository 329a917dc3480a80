package tech.kyotu.groundwork.step;

/**
 * A right that somebody has in a Project, read from where it is given.
 *
 * @param who a Google group, or what kind of program
 * @param where which system
 * @param may what is allowed, and on what
 * @param by the rule that allows it
 */
public record Grant(String who, String where, String may, String by) {}
