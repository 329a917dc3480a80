/**
 * The cluster that Projects live in: the port that all steps may use, its adapter, and the
 * namespace step.
 *
 * <p>The namespace decides who owns a name: creating it is atomic, and its owner mark names the
 * winner.
 */
@NullMarked
package tech.kyotu.groundwork.kubernetes;

import org.jspecify.annotations.NullMarked;
