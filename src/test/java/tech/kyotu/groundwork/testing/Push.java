package tech.kyotu.groundwork.testing;

import java.util.Optional;

/**
 * One ref that somebody wished to move.
 *
 * @param ref full name of the ref
 * @param oldId where the pusher believed it to be; zeros if absent
 * @param newId where it was to go; zeros to delete it
 * @param fastForward whether nothing is lost by it: false means a forced push or a deletion
 * @param refusal why it was refused; empty if it was accepted
 */
public record Push(
    String ref, String oldId, String newId, boolean fastForward, Optional<String> refusal) {}
