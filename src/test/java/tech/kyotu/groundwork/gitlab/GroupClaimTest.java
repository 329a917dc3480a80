package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.gitlab.GitLab.Group;

class GroupClaimTest {

  private static final String MARK = "Groundwork: images of project shop.";
  private static final String IN_PLACE = "GitLab group platform/shop (42).";

  private final GroupClaim claim =
      new GroupClaim(aProject("shop").in(DEV).build(), "platform/shop", false, false);

  private static Group group(String name, String description, String visibility) {
    return new Group(
        42,
        "platform/shop",
        name,
        description,
        visibility,
        OptionalLong.of(41),
        false,
        Optional.empty(),
        "");
  }

  private String told(Group group, Origin origin) {
    return claim.inPlace(group, claim.holding(group, origin));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shop | Groundwork: images of project shop. | private | ''",
        "Our Shop | Groundwork: images of project shop. | private | name (now Our Shop)",
        "shop | '' | private | description",
        "shop | Ours. | private | description",
        "shop | Groundwork: images of project shop. | internal | visibility (now internal)",
        "Shop | Ours. | public | name (now Shop), description, visibility (now public)"
      })
  void tellsWhatPeopleChangedInAGroupOfOurMaking(
      String name, String description, String visibility, String changed) {
    assertThat(told(group(name, description, visibility), Origin.CREATED))
        .isEqualTo(
            changed.isEmpty()
                ? IN_PLACE
                : IN_PLACE + " Changed by hand and left so: " + changed + ".");
  }

  @Test
  void anAdoptedGroupIsAsItsOwnersWantIt() {
    assertThat(told(group("Shop", "Theirs.", "public"), Origin.ADOPTED)).isEqualTo(IN_PLACE);
  }

  @Test
  void quotesANameOnOneLineOnly() {
    assertThat(told(group("Shop\u001b[31m\nReady", MARK, "private"), Origin.CREATED))
        .doesNotContain("\n", "\u001b");
  }
}
