/**
 * The Project resource as users and tools see it: what is asked for, what is answered, whose a
 * thing is.
 *
 * <p>Nothing here talks to any system, and nothing here depends on another package of ours.
 */
@NullMarked
package tech.kyotu.groundwork.api;

import org.jspecify.annotations.NullMarked;
