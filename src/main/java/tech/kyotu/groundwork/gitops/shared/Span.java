package tech.kyotu.groundwork.gitops.shared;

/**
 * A part of a text.
 *
 * @param from its first code point
 * @param to behind its last one
 */
record Span(int from, int to) {}
