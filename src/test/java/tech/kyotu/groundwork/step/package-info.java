/** The core against steps and threads that a test drives by hand. */
package tech.kyotu.groundwork.step;
