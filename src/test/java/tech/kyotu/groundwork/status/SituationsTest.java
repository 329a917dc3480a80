package tech.kyotu.groundwork.status;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.CelValidationException;
import dev.cel.runtime.CelEvaluationException;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each situation of the resource's contract before all that read a status: people, kstatus, Flux by
 * our expressions, and Argo CD by our script.
 */
class SituationsTest {

  static List<Situation> situations() {
    return Situations.all();
  }

  @Test
  void areThoseOfTheContract() {
    assertThat(Situations.all())
        .extracting(Situation::number)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 31).boxed().toList());
    assertThat(Situations.all())
        .extracting(Situation::judgement)
        .as("each row of the table of states")
        .contains(Judgement.values());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("situations")
  void saysWhatTheContractSays(Situation situation) {
    List<Condition> conditions = situation.project().getStatus().conditions();

    assertThat(shortForm(conditions)).startsWith(situation.conditions());
    conditions.stream()
        .filter(it -> List.of("Ready", "Reconciling", "Stalled").contains(it.getType()))
        .forEach(it -> assertThat(it.getMessage()).isEqualTo(situation.message()));
    assertThat(conditions.isEmpty()).isEqualTo(situation.message().isEmpty());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("situations")
  void isReadByKStatus(Situation situation) {
    assertThat(KStatus.of(situation.project())).isEqualTo(situation.judgement().kstatus());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("situations")
  void isReadByFluxWithOurExpressions(Situation situation)
      throws CelValidationException, CelEvaluationException {
    assertThat(new FluxExpressions().of(ArgoPack.resource(situation.project())))
        .isEqualTo(situation.judgement().byExpressions());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("situations")
  void isReadByArgoCdWithOurScript(Situation situation) {
    assertThat(ArgoLua.run(ArgoPack.HEALTH, ArgoPack.resource(situation.project())))
        .isEqualTo(Map.of("status", situation.judgement().health(), "message", situation.told()));
  }

  private static String shortForm(List<Condition> conditions) {
    return conditions.stream()
        .map(it -> it.getType() + "=" + it.getStatus().charAt(0) + " " + it.getReason())
        .collect(joining(", "));
  }
}
