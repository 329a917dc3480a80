package tech.kyotu.groundwork.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.step.WriteLease;

/**
 * The lease as this process knows it without asking: good for a while from the moment at which a
 * renewal that succeeded was sent. It sits in the Kubernetes client and sees the elector's requests
 * pass, because the elector of fabric8 7.3.1 tells of leaders that change, not of renewals.
 */
public final class RenewedLease implements Interceptor, WriteLease {

  /** As long as the elector itself goes on without a renewal; others wait 15 s. */
  static final Duration GOOD_FOR = Duration.ofSeconds(10);

  private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/";

  /** One moment by two clocks: one may stand still with the machine, the other may be set. */
  private record Moment(long nanos, Instant time) {}

  private final LongSupplier nanoTime;
  private final Clock clock;
  private @Nullable Moment sent;
  private volatile @Nullable Moment renewed;
  private volatile boolean isElected;
  private volatile boolean isGivenUp;

  /**
   * A lease of a process that has no rival, unless it {@link #awaitElection awaits} to be elected.
   */
  public RenewedLease(Clock clock) {
    this(System::nanoTime, clock);
  }

  RenewedLease(LongSupplier nanoTime, Clock clock) {
    this.nanoTime = nanoTime;
    this.clock = clock;
  }

  /** From now on it is held only while it is renewed. */
  public void awaitElection() {
    isElected = true;
  }

  /** Never held again: a successor may begin. */
  public void giveUp() {
    isGivenUp = true;
  }

  @Override
  public boolean isHeld() {
    if (isGivenUp || !isElected) {
      return !isGivenUp;
    }
    Moment last = renewed;
    return last != null
        && nanoTime.getAsLong() - last.nanos < GOOD_FOR.toNanos()
        && last.time.plus(GOOD_FOR).isAfter(clock.instant());
  }

  /**
   * Requests and answers cannot be told apart, so the oldest request without an answer counts: at
   * worst the lease seems older than it is.
   */
  @Override
  public synchronized void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (isRenewal(request) && sent == null) {
      sent = new Moment(nanoTime.getAsLong(), clock.instant());
    }
  }

  @Override
  public synchronized void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    if (isRenewal(request)) {
      renewed = response.isSuccessful() && sent != null ? sent : renewed;
      sent = null;
    }
  }

  /** The elector writes one at a time, and nobody else writes a lease here. */
  private static boolean isRenewal(HttpRequest request) {
    String path = request.uri().getPath();
    return path.contains(LEASES) && path.contains("/leases") && !request.method().equals("GET");
  }
}
