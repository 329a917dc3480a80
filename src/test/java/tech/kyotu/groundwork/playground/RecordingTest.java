package tech.kyotu.groundwork.playground;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GitLab group platform/shop (1003). | GitLab group platform/shop (ID).",
        "GitLab does not answer (503) since 13:20 UTC. | GitLab does not answer (503) since TIME.",
        "Token 500006 valid until 2027-03-11; token 500005 is revoked after 2027-01-11 13:14 UTC."
            + " | Token ID valid until DATE; token ID is revoked after TIME.",
        "is on branch main. (flux@fc60d93) | is on branch main. (flux@COMMIT)",
        "Ready True   Provisioned   since 1m 5s | Ready True   Provisioned   since AGE",
        "owner ef4a567b-a895-4e78-a0ad-69ac02f5ac3d | owner UID",
        "= groups made at platform/shop: 1 | = groups made at platform/shop: 1",
      })
  void replacesWhatDiffersFromRunToRunAndNothingElse(String printed, String kept) {
    assertThat(Recording.normalised(printed)).isEqualTo(kept + "\n");
  }
}
