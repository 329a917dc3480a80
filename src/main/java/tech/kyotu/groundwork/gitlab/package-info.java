/**
 * GitLab: the group that holds a project's images, and the token by which a cluster pulls them.
 *
 * <p>Decided here: when a group is made or used, and how a pull token is replaced without a gap:
 * create, probe, publish, grace, revoke. GitLab's own rotation is never used, because it kills the
 * published token at once. Groups are never deleted.
 */
@NullMarked
package tech.kyotu.groundwork.gitlab;

import org.jspecify.annotations.NullMarked;
