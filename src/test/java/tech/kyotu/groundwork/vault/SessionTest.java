package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.MovableClock;

class SessionTest {
  private final MovableClock clock = MovableClock.at("2026-11-20T12:00:00Z");
  private final Tokens tokens = new Tokens();
  private final Session session = new Session(tokens, clock);

  /** Gives numbered tokens of an hour. */
  private static final class Tokens implements Session.Source {
    final List<String> history = new ArrayList<>();
    CountDownLatch gate = new CountDownLatch(0);
    Optional<StepException> trouble = Optional.empty();
    Duration renewed = Duration.ofHours(1);

    @Override
    public Session.Grant login() throws StepException {
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      history.add("login");
      fail();
      long count = history.stream().filter("login"::equals).count();
      return new Session.Grant("token-" + count, Optional.of(Duration.ofHours(1)));
    }

    @Override
    public Session.Grant renew(String token) throws StepException {
      history.add("renew " + token);
      fail();
      return new Session.Grant(token, Optional.of(renewed));
    }

    private void fail() throws StepException {
      if (trouble.isPresent()) {
        throw trouble.get();
      }
    }
  }

  @Test
  void logsInOnceForAllWhoWait() throws Exception {
    tokens.gate = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<String>> waiting = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      waiting.add(threads.submit(session::token));
    }

    tokens.gate.countDown();

    for (Future<String> token : waiting) {
      assertThat(token.get()).isEqualTo("token-1");
    }
    threads.shutdown();
    assertThat(tokens.history).containsExactly("login");
  }

  @Test
  void logsInAnewOnceWhenManyWereRefused() throws StepException {
    String token = session.token();

    session.refused(token);
    assertThat(session.token()).isEqualTo("token-2");
    session.refused(token);

    assertThat(session.token()).isEqualTo("token-2");
    assertThat(tokens.history).containsExactly("login", "login");
  }

  @Test
  void renewsAtTwoThirdsOfItsLife() throws StepException {
    session.token();
    clock.advance(Duration.ofMinutes(39));
    session.token();
    assertThat(tokens.history).containsExactly("login");

    clock.advance(Duration.ofMinutes(1));

    assertThat(session.token()).isEqualTo("token-1");
    assertThat(tokens.history).containsExactly("login", "renew token-1");
  }

  @Test
  void logsInAnewNearTheLongestLife() throws StepException {
    session.token();
    tokens.renewed = Duration.ofMinutes(20);
    clock.advance(Duration.ofMinutes(40));

    assertThat(session.token()).isEqualTo("token-2");
  }

  @Test
  void logsInAnewWhenRenewalIsRefused() throws StepException {
    session.token();
    clock.advance(Duration.ofMinutes(50));
    tokens.trouble = Optional.of(new RejectedException(Reason.ACCESS_DENIED, "no"));

    assertThatThrownBy(session::token).hasMessage("no");
    tokens.trouble = Optional.empty();

    assertThat(session.token()).isEqualTo("token-3");
    assertThat(tokens.history).containsExactly("login", "renew token-1", "login", "login");
  }

  @Test
  void keepsItsTokenWhileVaultCannotAnswer() throws StepException {
    session.token();
    clock.advance(Duration.ofMinutes(45));
    tokens.trouble = Optional.of(new RetryableException(Reason.REMOTE_UNAVAILABLE, "away"));

    assertThatThrownBy(session::token).hasMessage("away");
    tokens.trouble = Optional.empty();

    assertThat(session.token()).isEqualTo("token-1");
  }

  @Test
  void showsNoToken() {
    assertThat(new Session.Grant("hvs.canary", Optional.empty()).toString())
        .doesNotContain("canary");
  }
}
