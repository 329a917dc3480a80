package tech.kyotu.groundwork.playground;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.RegistryToken;

/**
 * Lets weeks pass in seconds. The clocks jump, but not over what an operator that looks every few
 * minutes would have done meanwhile: after each stride all Projects are looked at, until no token
 * is due.
 */
final class PassingTime {
  private static final Duration LONG = Duration.ofMinutes(3);

  private final World world;
  private final Projects projects;

  PassingTime(World world) {
    this.world = world;
    this.projects = new Projects(world.cluster().adminClient());
  }

  /**
   * Returns when this time is over.
   *
   * @param time how much, a multiple of the stride
   * @param stride at most fifteen days, by which the clocks jump: a token is due that long before
   *     its end
   */
  void pass(Duration time, Duration stride) {
    for (Duration gone = Duration.ZERO; gone.compareTo(time) < 0; gone = gone.plus(stride)) {
      world.moveClocks(stride);
      String now = world.now().toString();
      withTokens().forEach(project -> askForALook(project, now));
      Awaitility.await("tokens as they should be at " + now)
          .atMost(LONG)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> withTokens().stream().allMatch(it -> isLookedAt(it, now)));
    }
  }

  private List<Project> withTokens() {
    return projects.all().stream()
        .filter(it -> it.statusOrUnseen().registryToken() != null)
        .filter(it -> !it.isBeingDeleted() && !it.isSuspended())
        .toList();
  }

  private boolean isLookedAt(Project project, String request) {
    RegistryToken token = project.statusOrUnseen().registryToken();
    return request.equals(project.statusOrUnseen().lastHandledReconcileAt())
        && isAhead(Objects.requireNonNull(token.rotateAt()))
        && (token.previousRevokeAfter() == null || isAhead(token.previousRevokeAfter()));
  }

  private boolean isAhead(String time) {
    return Instant.parse(time).isAfter(world.now());
  }

  private void askForALook(Project project, String request) {
    var unused =
        world
            .cluster()
            .adminClient()
            .resource(project)
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}"
                    .formatted(Project.RECONCILE_REQUESTED_AT, request));
  }
}
