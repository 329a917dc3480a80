/**
 * The core: what a step is, how the steps of a Project are walked, and where slow work runs.
 *
 * <p>It knows no outside system. Whether a thing exists, and whose it is, is the steps' affair; in
 * which order they start, what a failure means for the others, and when to try again is decided
 * here.
 */
@NullMarked
package tech.kyotu.groundwork.step;

import org.jspecify.annotations.NullMarked;
