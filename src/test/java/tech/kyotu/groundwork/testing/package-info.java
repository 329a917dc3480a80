/**
 * The world that tests, playground and benchmark run in: real servers as processes, Git over HTTP
 * in this process.
 *
 * <p>Each server is started by one class, told what to do by its methods, and asked afterwards what
 * it was asked. Counting happens in the servers: a counter inside the thing under test proves
 * nothing.
 */
package tech.kyotu.groundwork.testing;
