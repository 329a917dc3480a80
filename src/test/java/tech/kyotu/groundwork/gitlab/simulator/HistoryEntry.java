package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Instant;
import java.util.List;

/**
 * One request as the server saw it. Numbers follow the order in which requests took effect.
 *
 * @param number from 1, without gaps
 * @param at server time when the request took effect
 * @param method of the request
 * @param rawPath path and query as sent, undecoded; credentials in the query are cut out
 * @param caller user name, empty when anonymous or unknown
 * @param tokenId id of the token that was presented, 0 if none or unknown; never its value
 * @param status sent to the client, 0 if the connection was closed instead
 * @param fault the fault that fired, empty if none
 * @param changes what the request changed, also when its answer was lost
 */
public record HistoryEntry(
    long number,
    Instant at,
    String method,
    String rawPath,
    String caller,
    long tokenId,
    int status,
    String fault,
    List<WorldChange> changes) {}
