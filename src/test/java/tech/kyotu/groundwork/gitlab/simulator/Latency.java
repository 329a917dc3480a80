package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a request waits before it is looked at, lognormally distributed.
 *
 * @param median half of the requests wait less
 * @param spread sigma of the logarithm; with 0 all wait the same, with 1 one in six waits 2.7 times
 *     the median or longer
 */
record Latency(Duration median, double spread) {
  static final Latency NONE = new Latency(Duration.ZERO, 0);

  Duration next(RandomGenerator random) {
    double factor = Math.exp(spread * random.nextGaussian());
    return Duration.ofNanos((long) (median.toNanos() * factor));
  }
}
