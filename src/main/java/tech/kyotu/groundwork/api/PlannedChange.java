package tech.kyotu.groundwork.api;

/**
 * One line of {@code status.plan}.
 *
 * @param step condition type of the step
 * @param verb CREATE, UPDATE, ROTATE, ADOPT, RETAIN or DELETE
 * @param subject what would be touched, at most 256 characters
 * @param reason why, at most 512 characters
 */
public record PlannedChange(String step, String verb, String subject, String reason) {}
