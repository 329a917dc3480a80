/**
 * The two Git repositories: what stands in them for each Project, and how it gets there.
 *
 * <p>Steps plan edits against the newest known tip in memory; one publisher per repository, its
 * only writer here, turns the edits of many Projects into few commits. Whether the cluster followed
 * is read through the port {@code kubernetes.Cluster}. Of files that people write too, only our own
 * entries are edited.
 */
@NullMarked
package tech.kyotu.groundwork.gitops;

import org.jspecify.annotations.NullMarked;
