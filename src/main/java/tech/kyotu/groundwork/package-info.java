/** The operator: its front door, the order of its steps, and the wiring of its rooms. */
@NullMarked
package tech.kyotu.groundwork;

import org.jspecify.annotations.NullMarked;
