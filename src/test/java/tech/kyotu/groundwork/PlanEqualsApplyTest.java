package tech.kyotu.groundwork;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tech.kyotu.groundwork.PlanWorld.Told;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.StepName;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.ProjectFixture;

/**
 * The plan equals, entry by entry, what the apply that follows does, and planning writes nothing:
 * in random worlds, of which each is told by its seed and by what was done to it. What only an
 * attempt can tell is left out: that GitLab refuses a path which a user has.
 */
class PlanEqualsApplyTest {

  private static final int WORLDS = Integer.getInteger("groundwork.plan.worlds", 500);
  private static final String UID = "11111111-2222-3333-4444-555555555555";

  static LongStream seeds() {
    long only = Long.getLong("groundwork.plan.seed", -1);
    return only >= 0 ? LongStream.of(only) : LongStream.range(1, WORLDS + 1);
  }

  static LongStream fewSeeds() {
    return seeds().limit(120);
  }

  /** What may have happened before somebody asks for a plan. */
  private enum Happening {
    NAMESPACE_WAS_THERE {
      @Override
      void to(PlanWorld world, Random random) {
        if (world.cluster.namespaceAtRest("shop-dev").isEmpty()) {
          world.cluster.withNamespace("shop-dev");
        }
      }
    },
    GROUP_WAS_THERE {
      @Override
      void to(PlanWorld world, Random random) {
        if (world.gitlab.groupAtRest("platform/shop").isEmpty()) {
          world.gitlab.addGroup("platform/shop");
        }
      }
    },
    FOREIGN_PULL_SECRET {
      @Override
      void to(PlanWorld world, Random random) {
        if (world.cluster.secretAtRest("shop-dev").isEmpty()) {
          world.cluster.putForeignSecret(
              "shop-dev",
              new byte[] {'{', '}'},
              random.nextBoolean() ? FakeCluster.PULL_SECRET_TYPE : "Opaque");
        }
      }
    },
    PULL_SECRET_LOST {
      @Override
      void to(PlanWorld world, Random random) {
        if (world.cluster.secretAtRest("shop-dev").isPresent()) {
          world.cluster.loseSecret("shop-dev");
        }
      }
    },
    TOKEN_REVOKED {
      @Override
      void to(PlanWorld world, Random random) {
        world
            .gitlab
            .groupAtRest("platform/shop")
            .map(group -> world.gitlab.livingTokens(group.id()))
            .orElse(List.of())
            .forEach(token -> world.gitlab.revokeByHand(token.id()));
      }
    },
    TOKEN_IS_OLD {
      @Override
      void to(PlanWorld world, Random random) {
        world.clock.advance(Duration.ofDays(45));
      }
    },
    SECRETS_IN_THE_FOLDER {
      @Override
      void to(PlanWorld world, Random random) {
        world.vault.withSecret("shop-dev/database");
      }
    },
    EXTERNAL_GROUP_BY_HAND {
      @Override
      void to(PlanWorld world, Random random) {
        if (!world.vault.atRest().toString().contains("team@example.org")) {
          world.vault.withExternalGroup("crew", "team@example.org", "by-hand");
        }
      }
    },
    TENANT_BY_HAND {
      @Override
      void to(PlanWorld world, Random random) {
        world.flux.rivalPuts("projects/shop-dev/tenant.yaml", "kind: List\n");
      }
    },
    TENANT_REMOVED {
      @Override
      void to(PlanWorld world, Random random) {
        world.flux.rivalRemoves("projects/shop-dev/tenant.yaml");
      }
    },
    APPLICATIONS_BY_HAND {
      @Override
      void to(PlanWorld world, Random random) {
        world.deployment.rivalPuts("applications/shop-dev.yaml", "kind: AppProject\n");
      }
    },
    DEVELOPERS_FILES {
      @Override
      void to(PlanWorld world, Random random) {
        world.deployment.rivalPuts("manifests/shop-dev/web/deployment.yaml", "kind: Deployment\n");
      }
    },
    OTHER_LAYOUT {
      @Override
      void to(PlanWorld world, Random random) {
        world.settings.merge(
            "git.layout",
            "shared",
            (old, fresh) -> old.equals("shared") ? "per-project" : "shared");
        world.restart();
      }
    },
    RESTART {
      @Override
      void to(PlanWorld world, Random random) {
        world.restart();
      }
    },
    STATUS_LOST {
      @Override
      void to(PlanWorld world, Random random) {
        world.held.clear();
      }
    };

    abstract void to(PlanWorld world, Random random);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void thePlanIsWhatIsDone(long seed) {
    Random random = new Random(seed);
    List<String> story = new ArrayList<>();
    PlanWorld world = new PlanWorld();
    disturb(world, random, story);
    if (random.nextInt(3) == 0) {
      Project sibling = aProject("shop").in(EnvironmentType.QA).build();
      world.cluster.with(sibling);
      story.add("sibling in place " + world.apply(sibling, false).ends());
    }
    Project project = grown(world, random, story);
    boolean deletion = random.nextInt(4) == 0;
    Told planned = world.plan(project, deletion);
    Told done = world.apply(project, deletion);
    String what = "seed %d, %s: %s".formatted(seed, deletion ? "deletion" : "set-up", story);
    if (done.ends().containsKey(StepName.ARGO_APPLICATIONS)) {
      // Left-over entries go once Argo CD gives the same rights, which it now will not.
      planned.changes().replaceAll((step, lines) -> withoutCleaning(lines));
    }
    assertThat(planned.changes()).as(what).isEqualTo(done.changes());
    assertThat(planned.ends()).as(what).isEqualTo(done.ends());
    // A plan puts the reason into brackets, an event after a colon, with a full stop.
    assertThat(done.changes().values()).as(what).allSatisfy(PlanEqualsApplyTest::areClauses);
  }

  private static void areClauses(List<String> lines) {
    assertThat(lines).noneMatch(line -> line.endsWith(".") || line.matches(".*: (It|The|Its) .*"));
  }

  /**
   * What a pipeline sees before the merge is what the operator would see: the same differences, the
   * same refusals. It knows no status, so what hangs on it alone is left out of the worlds.
   */
  @ParameterizedTest
  @MethodSource("fewSeeds")
  void thePlanOfFilesAloneIsThePlan(long seed) {
    Random random = new Random(seed);
    List<String> story = new ArrayList<>();
    PlanWorld world = new PlanWorld();
    disturb(world, random, story);
    Project project = grown(world, random, story);

    List<PlanWorld.Files> online = world.files(project);
    List<PlanWorld.Files> offline = world.filesOffline(withoutUid(project));

    assertThat(withoutUid(offline)).as("seed %d: %s", seed, story).containsAll(withoutUid(online));
  }

  /** Whether a Project is in the cluster yet, the files cannot tell before the first commit. */
  private static List<PlanWorld.Files> withoutUid(List<PlanWorld.Files> files) {
    return files.stream()
        .map(
            it ->
                new PlanWorld.Files(
                    it.step(),
                    it.end(),
                    it.diffs().stream()
                        .map(diff -> diff.replace(UID, "known-after-apply"))
                        .toList()))
        .toList();
  }

  private static Project withoutUid(Project project) {
    Project manifest = new Project();
    manifest.setMetadata(project.getMetadata().edit().withUid(null).build());
    manifest.setSpec(project.getSpec());
    return manifest;
  }

  private static List<String> withoutCleaning(List<String> lines) {
    return lines.stream()
        .filter(line -> !line.startsWith("DELETE entries in shared files"))
        .toList();
  }

  /** A Project in the cluster, perhaps one that was applied in another form before. */
  private static Project grown(PlanWorld world, Random random, List<String> story) {
    if (random.nextInt(3) > 0) {
      Project before = project(random, story);
      world.cluster.with(before);
      story.add("applied " + world.apply(before, false).ends());
      disturb(world, random, story);
    }
    Project project = project(random, story);
    world.cluster.with(project);
    return project;
  }

  private static void disturb(PlanWorld world, Random random, List<String> story) {
    for (int count = random.nextInt(4); count > 0; count--) {
      Happening next = Happening.values()[random.nextInt(Happening.values().length)];
      story.add(next.name());
      next.to(world, random);
    }
  }

  private static Project project(Random random, List<String> story) {
    ProjectFixture fixture = aProject("shop").in(EnvironmentType.DEV).withUid(UID);
    List<String> traits = new ArrayList<>();
    if (random.nextInt(4) == 0) {
      traits.add("Never");
      fixture = fixture.neverAdopting();
    }
    if (random.nextInt(4) == 0) {
      traits.add("Retain");
      fixture = fixture.retainingItsNamespace();
    }
    if (random.nextInt(4) == 0) {
      traits.add("Destroy");
      fixture = fixture.destroyingItsSecrets();
    }
    if (random.nextInt(3) == 0) {
      traits.add("next@example.org");
      fixture = fixture.ownedBy("next@example.org");
    }
    story.add("Project" + traits);
    return fixture.build();
  }

  /** The worlds are worth something only if they differ. */
  @Test
  void theWorldsReachManyEnds() {
    assertThat(
            seeds()
                .mapToObj(
                    seed -> {
                      Random random = new Random(seed);
                      PlanWorld world = new PlanWorld();
                      disturb(world, random, new ArrayList<>());
                      Project project = project(random, new ArrayList<>());
                      world.cluster.with(project);
                      return world.plan(project, false).ends().values();
                    })
                .flatMap(ends -> Arrays.stream(ends.toArray(String[]::new)))
                .distinct())
        .contains("AdoptionForbidden", "SecretsRetained", "OwnershipConflict");
  }
}
