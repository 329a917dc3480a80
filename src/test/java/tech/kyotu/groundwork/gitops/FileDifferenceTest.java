package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class FileDifferenceTest {

  private static final String BEFORE =
      "groups:\n  - 'old.crew@example.com'\npreserveResourcesOnDeletion: false\nbranch: 'main'\n";

  private static FileDifference after(String text) {
    return FileDifference.between(BEFORE, text, "new.crew@example.com");
  }

  @Test
  void findsTheGroupThatLostAccess() {
    assertThat(after(BEFORE.replace("old", "new")))
        .isEqualTo(new FileDifference(Optional.of("old.crew@example.com"), false, false));
  }

  @Test
  void findsAChangedFateOfWhatIsDeployed() {
    assertThat(after(BEFORE.replace("false", "true")))
        .isEqualTo(new FileDifference(Optional.empty(), true, false));
  }

  @Test
  void callsAnythingElseOther() {
    assertThat(after(BEFORE.replace("main", "trunk")).isOther()).isTrue();
    assertThat(after(BEFORE + "more: 1\n").isOther()).isTrue();
    assertThat(after(BEFORE.replace("'old.crew@example.com'", "'nobody'")).isOther()).isTrue();
  }
}
