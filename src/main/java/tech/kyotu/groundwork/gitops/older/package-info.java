/**
 * What the repositories of an installation of the older operator say, read from checked-out
 * folders: which Projects there are, whose they are, and which settings keep them as they are.
 *
 * <p>Nothing is written here, and nothing is asked of any server.
 */
@NullMarked
package tech.kyotu.groundwork.gitops.older;

import org.jspecify.annotations.NullMarked;
