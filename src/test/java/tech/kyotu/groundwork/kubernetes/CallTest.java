package tech.kyotu.groundwork.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.ResourceNotFoundException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

class CallTest {

  private final Call call = new Call("get", "secrets", "shop-dev");

  private static Supplier<String> failing(RuntimeException trouble) {
    return () -> {
      throw trouble;
    };
  }

  private static KubernetesClientException answered(int code, Status status) {
    return new KubernetesClientException("told", code, status);
  }

  private static Status status(String reason, String message) {
    return new StatusBuilder().withReason(reason).withMessage(message).build();
  }

  private StepException lookingAt(RuntimeException trouble) {
    return catchThrowableOfType(StepException.class, () -> call.look(failing(trouble)));
  }

  @Test
  void onlyTheApiServersOwnWordIsAbsence() throws StepException {
    KubernetesClientException own = answered(404, status("NotFound", "secrets not found"));
    assertThat(call.look(failing(new ResourceNotFoundException("none", own)))).isEmpty();
    assertThat(call.look(() -> "there")).hasValue("there");
  }

  @Test
  void aPageOfAProxyOrNothingAtAllIsNoAnswer() {
    assertIsNoAnswer(lookingAt(new ResourceNotFoundException("none", answered(404, new Status()))));
    assertIsNoAnswer(lookingAt(new ResourceNotFoundException("none")));
    assertIsNoAnswer(catchThrowableOfType(StepException.class, () -> call.look(() -> null)));
    assertIsNoAnswer(lookingAt(new IllegalArgumentException("no JSON")));
    assertIsNoAnswer(lookingAt(answered(404, new Status())));
    assertIsNoAnswer(lookingAt(answered(-1, new Status())));
  }

  private static void assertIsNoAnswer(StepException trouble) {
    assertThat(trouble).isInstanceOf(RetryableException.class);
    assertThat(trouble.reason()).isEqualTo(Reason.REMOTE_UNAVAILABLE);
    assertThat(trouble.sentence())
        .startsWith("The API server does not answer")
        .doesNotContain("-1");
    assertThat(trouble.scope()).isEqualTo(StepException.Scope.ELSEWHERE);
  }

  @Test
  void aMissingRightIsNoAbsenceEither() {
    StepException refused =
        lookingAt(answered(403, status("Forbidden", "user cannot get resource \"secrets\"")));
    assertThat(refused).isInstanceOf(RejectedException.class);
    assertThat(refused.reason()).isEqualTo(Reason.ACCESS_DENIED);
    assertThat(refused.scope()).isEqualTo(StepException.Scope.ELSEWHERE);
  }
}
