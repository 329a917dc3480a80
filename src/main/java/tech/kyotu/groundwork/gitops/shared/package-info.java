/**
 * The two files that all Projects share with people and other tools: Vault's values and Argo CD's
 * policy. Which entries are ours, and how they are written without touching a byte of anything
 * else, is decided here; which Projects have entries is not.
 *
 * <p>Bytes go in, bytes or a refusal with a line come out; no repository and no cluster is known.
 */
@NullMarked
package tech.kyotu.groundwork.gitops.shared;

import org.jspecify.annotations.NullMarked;
