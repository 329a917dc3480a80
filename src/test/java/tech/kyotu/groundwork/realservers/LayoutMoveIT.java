package tech.kyotu.groundwork.realservers;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.realservers.Platform.soon;
import static tech.kyotu.groundwork.realservers.Platform.team;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.testing.FollowerBinary;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.ServerBinary;

/**
 * From layout {@code shared} to {@code per-project} by one setting, as Argo CD sees it: at no
 * moment that anybody looked are people without their rights, and what the older operator left
 * twice is gone.
 */
@Tag("real-servers")
class LayoutMoveIT {
  private static final String LAYOUT = "groundwork.git.layout";
  private static final String POLICY = "namespaces/argocd/argocd-operator/rbac.yaml";
  private static final List<String> TEAMS = List.of("shop", "cart", "blog");

  @Test
  void nobodyIsEverWithoutRights() {
    ServerBinary.require(ServerBinary.values());
    FollowerBinary.require(FollowerBinary.values());
    try (Platform platform = Platform.start("layout-move", Map.of(LAYOUT, "shared"))) {
      String before = platform.flux().files().get(POLICY);
      HostedRepository flux = platform.flux();
      var unused = flux.commit("As the older operator left it", Map.of(POLICY, before + OLD_LINES));
      TEAMS.forEach(it -> platform.create(team(it, DEV)));
      assertThat(flux.files().get(POLICY).split("g, shop.crew@example.com, role:shop-dev\n", -1))
          .as("each right once")
          .hasSize(2);
      soon()
          .untilAsserted(() -> TEAMS.forEach(it -> assertThat(inThePolicy(platform, it)).isTrue()));
      TEAMS.forEach(it -> assertThat(inTheAppProject(platform, it)).isFalse());

      String atFirst = flux.tip();
      try (Watch watch = new Watch(platform)) {
        platform.replaceOperator(Map.of(LAYOUT, "per-project"));
        soon()
            .untilAsserted(
                () -> {
                  assertThat(flux.files().get(POLICY)).isEqualTo(before);
                  TEAMS.forEach(it -> assertThat(inThePolicy(platform, it)).isFalse());
                  TEAMS.forEach(it -> assertThat(inTheAppProject(platform, it)).isTrue());
                });
        assertThat(watch.gaps).isEmpty();
        assertThat(watch.looks).hasPositiveValue();
      }
      assertThat(
              flux.history().stream()
                  .takeWhile(commit -> !commit.id().equals(atFirst))
                  .filter(
                      commit ->
                          flux.changedPaths(commit.parents().get(0), commit.id()).contains(POLICY)))
          .as("commits that take entries away")
          .hasSizeBetween(1, TEAMS.size());
      TEAMS.forEach(
          it -> assertThat(flux.files()).containsKey("projects/" + it + "-dev/tenant.yaml"));
    }
  }

  /** Lines for one Project, twice and in another shape, and of a group that it had once. */
  private static final String OLD_LINES =
      """
          p, role:shop-dev, applications, get, shop-dev/*, allow
          p,role:shop-dev,applications,get,shop-dev/*,allow
          g, shop.former@example.com, role:shop-dev
          g, shop.crew@example.com, role:shop-dev
          g, shop.crew@example.com, role:shop-dev
      """;

  /** Looks at both places all the time, as Argo CD would. */
  private static final class Watch implements AutoCloseable {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Queue<String> gaps = new ConcurrentLinkedQueue<>();
    private final AtomicInteger looks = new AtomicInteger();

    Watch(Platform platform) {
      var unused =
          timer.scheduleWithFixedDelay(() -> look(platform), 0, 100, TimeUnit.MILLISECONDS);
    }

    private void look(Platform platform) {
      try {
        lookAtAll(platform);
        looks.incrementAndGet();
      } catch (RuntimeException e) {
        gaps.add("cannot look: " + e);
      }
    }

    private void lookAtAll(Platform platform) {
      for (String team : TEAMS) {
        // In this order: the right is added to the second before it is taken from the first.
        if (!inThePolicy(platform, team) && !inTheAppProject(platform, team)) {
          gaps.add(team + " at look " + looks.get());
        }
      }
    }

    @Override
    public void close() {
      timer.shutdownNow();
    }
  }

  private static boolean inThePolicy(Platform platform, String team) {
    var policy =
        platform.admin().configMaps().inNamespace("argocd").withName("argocd-rbac-cm").get();
    return policy != null
        && policy
            .getData()
            .getOrDefault("policy.csv", "")
            .contains("g, %1$s.crew@example.com, role:%1$s-dev".formatted(team));
  }

  private static boolean inTheAppProject(Platform platform, String team) {
    return platform
        .argo("AppProject", team + "-dev", "spec", "roles")
        .contains(team + ".crew@example.com");
  }
}
