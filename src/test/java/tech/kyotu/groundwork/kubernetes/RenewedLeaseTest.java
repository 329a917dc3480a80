package tech.kyotu.groundwork.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpHeaders;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.testing.MovableClock;

/** What no real server can be made to do: answers that come in the wrong moment. */
class RenewedLeaseTest {

  private static final class Answer extends StandardHttpHeaders implements HttpResponse<String> {
    private final int code;

    Answer(int code) {
      this.code = code;
    }

    @Override
    public int code() {
      return code;
    }

    @Override
    public String body() {
      return "";
    }

    @Override
    public HttpRequest request() {
      return renewal("");
    }

    @Override
    public Optional<HttpResponse<?>> previousResponse() {
      return Optional.empty();
    }
  }

  private final MovableClock clock = MovableClock.at("2026-11-20T12:00:00Z");
  private final RenewedLease lease = new RenewedLease(() -> 0, clock);

  RenewedLeaseTest() {
    lease.awaitElection();
  }

  private static HttpRequest renewal(String prefix) {
    return new StandardHttpRequest(
        Map.of(),
        URI.create(
            "https://api.example.org"
                + prefix
                + "/apis/coordination.k8s.io/v1/namespaces/ops/leases/groundwork"),
        "PUT",
        "{}");
  }

  private void asks(String prefix) {
    lease.before(new StandardHttpRequest.Builder(), renewal(prefix), null);
  }

  private void hears(String prefix, int code) {
    lease.after(renewal(prefix), new Answer(code), null);
  }

  @Test
  void whoIsNotElectedHasNoRival() {
    RenewedLease alone = new RenewedLease(() -> 0, clock);
    assertThat(alone.isHeld()).isTrue();
    alone.giveUp();
    assertThat(alone.isHeld()).isFalse();
  }

  @Test
  void anAnswerThatComesLateDoesNotCountFromALaterRequest() {
    asks("");
    clock.advance(Duration.ofSeconds(10));
    asks("");
    hears("", 200);
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void theNextRenewalAfterALostAnswerCounts() {
    asks("");
    clock.advance(Duration.ofSeconds(8));
    asks("");
    hears("", 200);
    clock.advance(Duration.ofSeconds(2));
    assertThat(lease.isHeld()).as("counted from the one that was lost").isFalse();
    asks("");
    hears("", 200);
    assertThat(lease.isHeld()).isTrue();
  }

  @Test
  void anAddressOfTheApiServerMayHaveAPath() {
    asks("/k8s/clusters/c-1");
    hears("/k8s/clusters/c-1", 201);
    assertThat(lease.isHeld()).isTrue();
  }

  @Test
  void aRefusalTakesNothingBackAndGivesNothing() {
    asks("");
    hears("", 200);
    clock.advance(Duration.ofSeconds(9));
    asks("");
    hears("", 409);
    assertThat(lease.isHeld()).isTrue();
    clock.advance(Duration.ofSeconds(1));
    assertThat(lease.isHeld()).isFalse();
  }
}
