package tech.kyotu.groundwork.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.OperatorProcess;

/**
 * {@code ./bench one} and {@code ./bench burst N}: prints how long Projects take and what they
 * cost. It judges nothing: no build fails because a machine is slow.
 */
public final class Bench {

  private static final int ALONE = 10;
  private static final Duration ONE = Duration.ofMinutes(1);
  private static final Duration MANY = Duration.ofMinutes(10);
  private static final Duration GITLAB = Duration.ofMillis(100);
  private static final Duration PUSH = Duration.ofMillis(300);

  private Bench() {}

  /** The scenario and its number; without one, what there is. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length == 1 && args[0].equals("one")) {
      one();
    } else if (args.length == 2 && args[0].equals("burst") && args[1].matches("[1-9][0-9]{0,4}")) {
      burst(Integer.parseInt(args[1]));
    } else {
      System.err.println(
          "Use ./bench one, or ./bench burst N with N from 1 to 99999. GitLab takes 100 ms a call,"
              + " a push 300 ms.");
      System.exit(2);
    }
    // A watch that ended late may have woken threads of the client again.
    System.exit(0);
  }

  private static void one() throws InterruptedException {
    try (World world = world();
        OperatorProcess operator = world.startOperator()) {
      Burst burst = new Burst(world);
      print("warm-up", burst.create("warm", 1, ONE));
      List<Long> times = new ArrayList<>();
      Counts.Mark mark = new Counts.Mark(world);
      for (int index = 0; index < ALONE; index++) {
        times.addAll(burst.create("one" + (char) ('a' + index), 1, ONE));
      }
      Collections.sort(times);
      print("created to Ready, " + ALONE + " Projects one after another", times);
      print(mark.counts(), ALONE);
      print(operator);
    }
  }

  private static void burst(int count) throws InterruptedException {
    try (World world = world();
        OperatorProcess operator =
            world.startOperator(
                Map.of(
                    "groundwork.gitlab.requests-per-minute",
                    "60000",
                    "groundwork.deletion.brake",
                    "100000"))) {
      Burst burst = new Burst(world);
      print("warm-up", burst.create("warm", 1, ONE));
      Counts.Mark mark = new Counts.Mark(world);
      List<Long> times = burst.create("many", count, MANY);
      print("created to Ready, " + count + " Projects at once", times);
      System.out.printf("complete             %d of %d%n", times.size(), count);
      System.out.printf("last one Ready after %d ms%n", burst.wholeTime("many"));
      print(mark.counts(), count);
      print(operator);
      long started = System.nanoTime();
      boolean gone = burst.deleteAll(MANY);
      System.out.printf(
          "deleted              %s, after %d ms%n",
          gone ? "all" : "not all", (System.nanoTime() - started) / 1_000_000);
    }
  }

  private static World world() {
    return World.start(Wishes.in("bench").untraced().withLatency(GITLAB, PUSH).withAuditLog());
  }

  private static void print(String what, List<Long> times) {
    if (times.isEmpty()) {
      System.out.println(what + ": none");
      return;
    }
    System.out.printf(
        "%s: min %d, p50 %d, p95 %d, max %d ms%n",
        what,
        times.get(0),
        times.get(times.size() / 2),
        times.get(Math.min(times.size() - 1, times.size() * 95 / 100)),
        times.get(times.size() - 1));
  }

  private static void print(Counts counts, int projects) {
    System.out.printf(
        "pushes               flux %d, deployment %d%n",
        counts.flux().pushesAccepted(), counts.deployment().pushesAccepted());
    System.out.printf(
        "git bytes in, out    flux %d, %d; deployment %d, %d%n",
        counts.flux().bytesIn(),
        counts.flux().bytesOut(),
        counts.deployment().bytesIn(),
        counts.deployment().bytesOut());
    print("kubernetes", counts.kubernetes(), projects);
    print("gitlab", counts.gitlab(), projects);
    print("vault", counts.vault(), projects);
  }

  private static void print(String system, Map<String, Long> calls, int projects) {
    long all = calls.values().stream().mapToLong(Long::longValue).sum();
    System.out.printf(
        Locale.ROOT, "%-20s %d calls, %.2f per Project%n", system, all, (double) all / projects);
    calls.forEach((call, count) -> System.out.printf("  %6d  %s%n", count, call));
  }

  private static void print(OperatorProcess operator) {
    System.out.printf(
        "operator             RSS %d MiB, peak %d MiB, %d threads%n",
        operator.rssKiB() / 1024, operator.peakRssKiB() / 1024, operator.threads());
  }
}
