package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.gitlab.GitLab.Group;
import tech.kyotu.groundwork.step.OrphanSource;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.Settings;

class GitLabOrphansTest {

  private static final LocalDate LATER = LocalDate.of(2027, 1, 1);

  private final RegistryWorld world = new RegistryWorld();

  private OrphanSource.Found found(Project... living) throws StepException {
    return new GitLabOrphans(
            world.gitlab,
            new SharedReads(world.gitlab, world.clock),
            world.cluster,
            Settings.of(world.settings),
            world.clock)
        .search(List.of(living));
  }

  private Group marked(String projectId) {
    return world.gitlab.addGroup(
        "platform/" + projectId, "Groundwork: images of project %s.".formatted(projectId));
  }

  private String tokenOf(String uid) throws StepException {
    return new TokenName(world.cluster.clusterId(), uid, 1, "0123456789abcdef").text();
  }

  private static Project holding(Group group, String projectId) {
    Holding held =
        Holding.of("gitlab-group", "GitLabGroup", Origin.CREATED, group.ref().reference());
    return aProject(projectId)
        .in(DEV)
        .withStatus(
            new ProjectStatus(
                1,
                null,
                null,
                null,
                null,
                List.of(held),
                null,
                List.of(),
                null,
                null,
                List.of(),
                null,
                List.of()))
        .build();
  }

  @Test
  void aTokenWhoseProjectIsGoneIsNamedWhereverItIs() throws StepException {
    Group old = marked("old");
    Group shop = marked("shop");
    Project living = holding(shop, "shop");
    long left = world.gitlab.addToken(old.id(), tokenOf("gone-1"), LATER);
    long stray = world.gitlab.addToken(shop.id(), tokenOf("gone-2"), LATER);
    world.gitlab.addToken(shop.id(), tokenOf(living.uid()), LATER);
    world.gitlab.addToken(shop.id(), "somebody's", LATER);
    world.gitlab.addToken(shop.id(), "groundwork_other-cluster_x_1_0123456789abcdef", LATER);

    OrphanSource.Found found = found(living);

    assertThat(found.unread()).isEmpty();
    assertThat(found.things())
        .extracting(
            it -> it.kind() + " " + it.name() + " " + it.uid().orElse("-") + " " + it.kept())
        .containsExactly(
            "GitLabGroup %d platform/old - true".formatted(old.id()),
            "GitLabToken %d in platform/old gone-1 false".formatted(left),
            "GitLabToken %d in platform/shop gone-2 false".formatted(stray));
  }

  @Test
  void groupsWithoutOurMarkAreNotLookedInto() throws StepException {
    Group theirs = world.gitlab.addGroup("platform/theirs", "Ours.");
    world.gitlab.addToken(theirs.id(), tokenOf("gone"), LATER);

    assertThat(found().things()).isEmpty();
    assertThat(world.faults.calls("gitlab.tokens")).isEmpty();
  }

  @Test
  void aGroupThatAProjectIsAboutToTakeIsNoOrphan() throws StepException {
    marked("shop");

    assertThat(found(aProject("shop").in(DEV).build()).things()).isEmpty();
  }

  @Test
  void withoutAParentItSaysThatItCannotSearch() throws StepException {
    world.settings.remove("gitlab.parent");

    assertThat(found().unread()).singleElement().asString().contains("gitlab.parent");
  }

  @Test
  void noMoreThanAHundredGroupsAreLookedInto() throws StepException {
    List<Project> living = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      living.add(holding(marked("p" + i), "p" + i));
    }

    OrphanSource.Found found = found(living.toArray(Project[]::new));

    assertThat(world.faults.calls("gitlab.tokens")).hasSize(100);
    assertThat(found.unread()).singleElement().asString().startsWith("20 of 120 groups");
  }
}
