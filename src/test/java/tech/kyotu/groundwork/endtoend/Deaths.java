package tech.kyotu.groundwork.endtoend;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.gitlab.simulator.GitLabSimulator;
import tech.kyotu.groundwork.gitlab.simulator.HistoryEntry;
import tech.kyotu.groundwork.testing.OperatorProcess;

/**
 * Gives the operator work every few seconds, kills it in the middle as a lost machine would, and
 * starts it again. The middle is when GitLab has made one of the next tokens, of which nobody may
 * know yet, or has heard one of the next requests: on a slow machine an operator lives longer.
 */
final class Deaths implements AutoCloseable {
  private static final int SHORTEST_LIFE_MILLIS = 3_000;
  private static final int SPREAD_MILLIS = 2_000;
  private static final int LONGEST_WAIT_MILLIS = 15_000;
  private static final int MOST_TOKENS = 4;
  private static final String TOKENS = "/access_tokens";

  private final OperatorProcess operator;
  private final GitLabSimulator gitlab;
  private final int mostRequests;
  private final Runnable work;
  private final Random random;
  private volatile @Nullable Throwable trouble;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicInteger afterTokens = new AtomicInteger();
  private final Thread killer = new Thread(this::kill, "kill operator");

  /**
   * Kills from now on.
   *
   * @param mostRequests to GitLab after which it dies at the latest; a start alone asks once for
   *     each Project
   * @param work what is asked for right before each death; called by a thread of its own
   */
  Deaths(OperatorProcess operator, GitLabSimulator gitlab, int mostRequests, Runnable work) {
    this.operator = operator;
    this.gitlab = gitlab;
    this.mostRequests = mostRequests;
    this.work = work;
    long seed = Long.getLong("groundwork.kills.seed", System.nanoTime());
    System.out.println("again with -Dgroundwork.kills.seed=" + seed);
    this.random = new Random(seed);
    killer.start();
  }

  /** How often it died. */
  int count() {
    return count.get();
  }

  /** How often it died right after a token was made. */
  int afterTokens() {
    return afterTokens.get();
  }

  /** Kills no more, and returns when the operator runs again. */
  @Override
  public void close() {
    ended.countDown();
    try {
      killer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (trouble != null) {
      throw new AssertionError("the operator could not be killed and started again", trouble);
    }
  }

  private void kill() {
    try {
      while (!ended.await(SHORTEST_LIFE_MILLIS + random.nextInt(SPREAD_MILLIS), MILLISECONDS)) {
        boolean atToken = random.nextBoolean();
        long from = lastNumber();
        ask();
        awaitMoment(from, atToken, 1 + random.nextInt(atToken ? MOST_TOKENS : mostRequests));
        operator.kill9();
        count.incrementAndGet();
        operator.restart();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error failed) {
      trouble = failed;
    }
  }

  private void ask() {
    try {
      work.run();
    } catch (KubernetesClientException busy) {
      System.out.println("asks again after the next start: " + busy.getMessage());
    }
  }

  /** An operator that asks nothing more dies all the same. */
  private void awaitMoment(long from, boolean atToken, int wanted) throws InterruptedException {
    long deadline = System.nanoTime() + MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS);
    while (System.nanoTime() < deadline && !ended.await(1, MILLISECONDS)) {
      List<HistoryEntry> heard =
          gitlab.historyAfter(from).stream()
              .filter(it -> it.caller().equals("groundwork"))
              .toList();
      long made = heard.stream().filter(Deaths::madeToken).count();
      if ((atToken ? made : heard.size()) >= wanted) {
        afterTokens.addAndGet(atToken ? 1 : 0);
        return;
      }
    }
  }

  private long lastNumber() {
    List<HistoryEntry> all = gitlab.history();
    return all.isEmpty() ? 0 : all.get(all.size() - 1).number();
  }

  private static boolean madeToken(HistoryEntry entry) {
    return entry.method().equals("POST") && entry.rawPath().endsWith(TOKENS);
  }
}
