package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.step.Orphan;
import tech.kyotu.groundwork.step.OrphanSource;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

class RepositoryOrphansTest {

  private static final OwnerMark GONE = new OwnerMark("u-1", new ProjectRef("ops", "old-dev"));

  private final Project shop = aProject("shop").build();

  @Test
  void aFileWithTheMarkOfAProjectThatIsGoneIsNamed() throws StepException {
    LaneBench bench =
        new LaneBench(
            PathFence.DEPLOYMENT,
            Map.of(
                "applications/shop-dev.yaml", FileMark.header(OwnerMark.of(shop)) + "a: 1\n",
                "applications/old-dev.yaml", FileMark.header(GONE) + "a: 1\n",
                "applications/by-hand.yaml", "a: 1\n",
                "manifests/old-dev/app.yaml", FileMark.header(GONE) + "a: 1\n"));
    bench.look();

    OrphanSource search = new RepositoryOrphans(bench.lane());

    assertThat(search.system()).isEqualTo("deployment repository");
    assertThat(search.search(List.of(shop)).things())
        .containsExactly(Orphan.of("File", "applications/old-dev.yaml", GONE));
    assertThat(search.search(List.of()).things()).hasSize(2);
  }

  @Test
  void aBranchThatIsNotKnownIsNotRead() {
    LaneBench bench = new LaneBench(PathFence.FLUX, Map.of("README.md", ""));
    bench.repository.network =
        () -> new RetryableException(Reason.REMOTE_UNAVAILABLE, "It does not answer.");
    bench.look();

    assertThatThrownBy(() -> new RepositoryOrphans(bench.lane()).search(List.of()))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("It does not answer.");
  }
}
