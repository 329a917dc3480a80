package tech.kyotu.groundwork.gitlab.simulator;

/**
 * One thing that a request changed.
 *
 * @param what kind and verb, such as {@code token created} or {@code group marked}
 * @param id of the thing changed
 * @param name the token's name or the group's full path, never a value
 */
public record WorldChange(String what, long id, String name) {}
