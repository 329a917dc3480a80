package tech.kyotu.groundwork.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnWritesTest {
  private static final String KEY = "Secret shop-dev/pull";

  private final OwnWrites writes = new OwnWrites();
  private final List<String> told = new ArrayList<>();

  @Test
  void hearsNothingOfItsOwnWrites() {
    writes.write(KEY, () -> secret("7"));
    writes.write(KEY, () -> secret("8"));

    event("7");
    event("8");

    assertThat(told).isEmpty();
  }

  @Test
  void hearsWhatOthersDoBeforeAndAfter() {
    writes.write(KEY, () -> secret("7"));

    event("6");
    event("7");
    event("8");

    assertThat(told).containsExactly("6", "8");
  }

  @Test
  void knowsItsOwnWriteWhoseEventOvertakesTheAnswer() {
    writes.write(
        KEY,
        () -> {
          event("6");
          event("7");
          assertThat(told).as("held until the answer is in").isEmpty();
          return secret("7");
        });

    assertThat(told).containsExactly("6");
  }

  @Test
  void tellsWhatWasHeldWhenTheWriteFails() {
    assertThatThrownBy(
            () ->
                writes.write(
                    KEY,
                    () -> {
                      event("6");
                      throw new IllegalStateException("refused");
                    }))
        .hasMessage("refused");

    assertThat(told).containsExactly("6");
  }

  @Test
  void alwaysTellsThatAnObjectIsGone() {
    writes.write(KEY, () -> secret("7"));

    writes.seenGone(KEY, () -> told.add("gone"));
    event("7");

    assertThat(told).containsExactly("gone", "7");
  }

  private void event(String version) {
    writes.seen(KEY, version, () -> told.add(version));
  }

  private static Secret secret(String version) {
    return new SecretBuilder().withNewMetadata().withResourceVersion(version).endMetadata().build();
  }
}
