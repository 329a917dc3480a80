package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Fabric8Cluster;
import tech.kyotu.groundwork.kubernetes.Manifests;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.Settings;
import tech.kyotu.groundwork.testing.SharedServers;

/** The histories of {@link RotationPropertyTest} with Secrets on a real API server. */
@Tag("trouble")
@ExtendWith(SharedServers.class)
class RotationPropertyIT {

  private static final int HISTORIES = Integer.getInteger("rotation.histories", 50);

  @Test
  void pullsWorkInEveryHistoryAndOneTokenIsLeft(ControlPlane control) {
    Manifests.install(control);
    CopyOnWriteArrayList<Project> known = new CopyOnWriteArrayList<>();
    long first = Long.getLong("rotation.seed", 1);
    System.out.printf(
        "%d rotation histories on a real API server from seed %d on%n", HISTORIES, first);
    try (KubernetesClient operator = Manifests.asOperator(control);
        Fabric8Cluster cluster =
            new Fabric8Cluster(operator, Settings.of(Map.of()), () -> known, (mark, thing) -> {})) {
      cluster.start();
      Optional<RotationHistory.Failure> failure =
          LongStream.range(first, first + HISTORIES)
              .mapToObj(
                  seed ->
                      new RotationHistory(
                              seed,
                              () -> new RealRotationStage(control.adminClient(), cluster, known),
                              RotationDefect.NONE)
                          .play())
              .flatMap(Optional::stream)
              .findFirst();
      assertThat(failure).isEmpty();
    }
  }
}
