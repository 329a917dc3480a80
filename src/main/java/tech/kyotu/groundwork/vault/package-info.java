/**
 * Rights in Vault for one Project: who may read its folder of secrets, never what is in it.
 *
 * <p>Decided here: whose an object is, what its content should be, in which order rights come and
 * go. Not decided here: where Vault stands, who may log in by which method, and what a team keeps
 * in its folder.
 */
@NullMarked
package tech.kyotu.groundwork.vault;

import org.jspecify.annotations.NullMarked;
