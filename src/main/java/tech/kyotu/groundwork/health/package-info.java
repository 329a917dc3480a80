/**
 * What the kubelet asks: would a restart help, and can we work? A system that is down is neither;
 * it shows in conditions and metrics.
 */
@NullMarked
package tech.kyotu.groundwork.health;

import org.jspecify.annotations.NullMarked;
