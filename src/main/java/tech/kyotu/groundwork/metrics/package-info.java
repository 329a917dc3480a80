/** Figures for Prometheus, all from closed sets of labels. */
@NullMarked
package tech.kyotu.groundwork.metrics;

import org.jspecify.annotations.NullMarked;
