package tech.kyotu.groundwork.step;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer whose alarms go off when a test says so; it keeps the delays that were asked for. */
final class HandDrivenTimer extends ScheduledThreadPoolExecutor {

  private final Deque<Runnable> alarms = new ArrayDeque<>();
  private final List<Duration> delays = new ArrayList<>();

  HandDrivenTimer() {
    super(1);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable alarm, long delay, TimeUnit unit) {
    alarms.add(alarm);
    delays.add(Duration.of(delay, unit.toChronoUnit()));
    return null;
  }

  List<Duration> delays() {
    return delays;
  }

  int set() {
    return alarms.size();
  }

  void ring() {
    alarms.remove().run();
  }
}
