package tech.kyotu.groundwork.gitops;

import java.util.function.Function;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;

/**
 * Vault's policy of a Project's people, told by whoever knows Vault.
 *
 * @param name what it is called in the shared file; pure
 * @param rules what it says, the last line ended too; pure
 */
public record PeoplesPolicy(Function<ProjectName, String> name, Function<Project, String> rules) {}
