/**
 * What the operator answers to people over HTTP: JSON for the command line. It reads, and writes
 * nothing anywhere. Who may ask is decided by the API server, through whose proxy it is reached.
 */
@NullMarked
package tech.kyotu.groundwork.console;

import org.jspecify.annotations.NullMarked;
