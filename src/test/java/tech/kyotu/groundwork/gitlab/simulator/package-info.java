/**
 * A GitLab that lives in memory and speaks HTTP, for tests and for the playground.
 *
 * <p>Decided here: what the server answers, when, and what goes wrong on the way. Not decided here:
 * what Groundwork asks for; nothing in the main tree knows this package.
 */
package tech.kyotu.groundwork.gitlab.simulator;
