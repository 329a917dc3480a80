package tech.kyotu.groundwork.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProjectNameTest {

  @Test
  void joinsIdAndEnvironment() {
    assertThat(new ProjectName("shop", EnvironmentType.DEV)).hasToString("shop-dev");
  }

  @Test
  void staysWithinANamespaceName() {
    for (EnvironmentType environment : EnvironmentType.values()) {
      assertThat(new ProjectName("a".repeat(40), environment).value().length())
          .isLessThanOrEqualTo(46);
    }
  }

  @Test
  void differentProjectsNeverHaveOneName() {
    Set<String> names = new HashSet<>();
    int pairs = 0;
    for (String id : new String[] {"a", "a-dev", "a-qa", "a-dev-qa", "dev", "dev-qa", "qa"}) {
      for (EnvironmentType environment : EnvironmentType.values()) {
        names.add(new ProjectName(id, environment).value());
        pairs++;
      }
    }
    assertThat(names).hasSize(pairs);
  }

  @Test
  void noEnvironmentHasADashSoThatANameSplitsInOneWay() {
    for (EnvironmentType environment : EnvironmentType.values()) {
      assertThat(environment.word()).matches("[a-z]+");
      assertThat(EnvironmentType.of(environment.word())).contains(environment);
      assertThat(EnvironmentType.of(environment.name())).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("tech.kyotu.groundwork.api.SpecRulesTest#attacksOnTheId")
  void isNeverBuiltFromUncheckedTextAndDoesNotRepeatIt(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProjectName(text, EnvironmentType.DEV))
        .withMessage("not a project id");
  }
}
