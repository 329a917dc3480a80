/**
 * The operator's settings: one nested interface, defaults at the declaration, all faults named at
 * once at start.
 */
@NullMarked
package tech.kyotu.groundwork.config;

import org.jspecify.annotations.NullMarked;
