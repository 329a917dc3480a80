/**
 * The benchmark: how long Projects take and what they cost. Everything is counted at the servers,
 * because a counter inside the thing under test proves nothing; time is printed, never judged.
 */
package tech.kyotu.groundwork.bench;
