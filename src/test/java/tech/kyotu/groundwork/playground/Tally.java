package tech.kyotu.groundwork.playground;

import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Project;

/** Counts in the systems themselves. */
record Tally(World world) {

  /** How often the group of a project was made in GitLab. */
  long groupsMade(String projectId) {
    String group = World.PARENT_GROUP + "/" + projectId;
    return world.gitlab().history().stream()
        .flatMap(entry -> entry.changes().stream())
        .filter(change -> change.what().equals("group created") && change.name().equals(group))
        .count();
  }

  /** How many tokens of the group of a project work, whatever environment they are for. */
  int livingTokens(String projectId) {
    return world.gitlab().liveTokens(World.PARENT_GROUP + "/" + projectId).size();
  }

  /** How many tokens of the group of a project were ever made. */
  int tokens(String projectId) {
    return world.gitlab().tokens(World.PARENT_GROUP + "/" + projectId).size();
  }

  /** How many commits name a Project, in both repositories. */
  long commits(Project project) {
    return Stream.of(world.flux(), world.deployment())
        .flatMap(repository -> repository.history().stream())
        .filter(commit -> commit.message().contains(project.uid()))
        .count();
  }

  /** How many files of a namespace the repositories hold, those of its developers not counted. */
  long files(String namespace) {
    return Stream.of(world.flux(), world.deployment())
        .flatMap(repository -> repository.files().keySet().stream())
        .filter(
            path ->
                path.startsWith("projects/" + namespace + "/")
                    || path.equals("applications/" + namespace + ".yaml"))
        .count();
  }
}
