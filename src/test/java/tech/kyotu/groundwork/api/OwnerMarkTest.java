package tech.kyotu.groundwork.api;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnerMarkTest {

  private final Project project =
      aProject("shop").named("my-shop").inNamespace("ops").withUid("uid-1").build();

  @Test
  void isReadBackAsItWasWritten() {
    OwnerMark mark = OwnerMark.of(project);
    assertThat(OwnerMark.of(mark.labels(project.name()), mark.annotations(Origin.CREATED)))
        .contains(mark);
  }

  @Test
  void saysWhoseAndWhetherItMayBeRemoved() {
    OwnerMark mark = OwnerMark.of(project);
    assertThat(mark.labels(project.name()))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "kyotu.tech/owner-uid", "uid-1",
                "kyotu.tech/project", "shop",
                "kyotu.tech/environment", "dev",
                "app.kubernetes.io/managed-by", "groundwork"));
    assertThat(mark.annotations(Origin.ADOPTED))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("kyotu.tech/owner", "ops/my-shop", "kyotu.tech/origin", "Adopted"));
  }

  @Test
  void onlyTheUidMakesAMark() {
    assertThat(OwnerMark.of(Map.of(), Map.of("kyotu.tech/owner", "ops/my-shop"))).isEmpty();
    assertThat(OwnerMark.of(Map.of("kyotu.tech/owner-uid", ""), Map.of())).isEmpty();
    assertThat(OwnerMark.of(Map.of("app.kubernetes.io/managed-by", "groundwork"), Map.of()))
        .isEmpty();
  }

  @Test
  void aForeignUidBesideOurReferenceIsNotOurMark() {
    OwnerMark forged =
        OwnerMark.of(
                Map.of("kyotu.tech/owner-uid", "uid-2"), Map.of("kyotu.tech/owner", "ops/my-shop"))
            .orElseThrow();
    assertThat(forged).isNotEqualTo(OwnerMark.of(project));
    assertThat(forged.owner()).isEqualTo(project.ref());
  }

  @Test
  void anUnreadableReferenceIsNobodys() {
    for (String owner : new String[] {"", "nonsense"}) {
      OwnerMark mark =
          OwnerMark.of(Map.of("kyotu.tech/owner-uid", "u"), Map.of("kyotu.tech/owner", owner))
              .orElseThrow();
      assertThat(mark.owner()).isEqualTo(new ProjectRef("", ""));
    }
  }
}
