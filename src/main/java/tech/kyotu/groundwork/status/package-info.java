/**
 * From what became of the steps to what the user is told: conditions, messages, events.
 *
 * <p>Nothing here decides about the world, and no decision about the world reads what is written
 * here, but for the back-off.
 */
@NullMarked
package tech.kyotu.groundwork.status;

import org.jspecify.annotations.NullMarked;
