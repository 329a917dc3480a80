/**
 * The whole world on one machine, for {@code ./playground}, the benchmark and end-to-end tests.
 *
 * <p>Decided here: which servers stand where, what the samples are, and what is looked at to say
 * that a promise is kept. Everything is judged by the systems themselves, never by the operator.
 */
package tech.kyotu.groundwork.playground;
