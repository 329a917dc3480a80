package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.api.Project;

/**
 * What a Project is to show, in the words that people, Flux and Argo CD read. Written out here as
 * text: a test that took the words from the operator would follow it into a mistake.
 *
 * @param ready the value of Ready
 * @param reason of Ready, of what stands beside it, and of the failing step
 * @param beside {@code Stalled}, {@code Reconciling}, or nothing
 * @param step the failing step; nothing if none fails
 * @param inPlace steps that are in place all the same
 * @param parts what the message of Ready says, among other things
 */
record Expected(
    String ready,
    String reason,
    Optional<String> beside,
    Optional<String> step,
    List<String> inPlace,
    List<String> parts) {

  static final String NAMESPACE = "NamespaceReady";
  static final String GROUP = "GitLabGroupReady";
  static final String REGISTRY = "RegistryAccessReady";
  static final String VAULT = "VaultAccessReady";
  static final String FLUX = "FluxRbacReady";
  static final String ARGO = "ArgoApplicationsReady";

  /** Every step is in place. */
  static final Expected READY =
      new Expected(
              "True",
              "Provisioned",
              Optional.empty(),
              Optional.empty(),
              List.of(NAMESPACE, GROUP, REGISTRY, VAULT, FLUX, ARGO),
              List.of())
          .saying("6 of 6 in place.");

  /** Only a person can move this on; it is tried again slowly, and says when. */
  static Expected stalled(String reason, String step) {
    return new Expected(
        "False", reason, Optional.of("Stalled"), Optional.of(step), List.of(), List.of());
  }

  /** As {@link #stalled(String, String)}, before any step. */
  static Expected refused(String reason) {
    return new Expected(
        "False", reason, Optional.of("Stalled"), Optional.empty(), List.of(), List.of());
  }

  /** A system cannot be seen; it goes on by itself. */
  static Expected unknown(String reason, String step) {
    return new Expected(
        "Unknown", reason, Optional.of("Reconciling"), Optional.of(step), List.of(), List.of());
  }

  /** Something is known to be missing; it goes on by itself. */
  static Expected missing(String reason, String step) {
    return new Expected(
        "False", reason, Optional.of("Reconciling"), Optional.of(step), List.of(), List.of());
  }

  /** It is on its way out and goes on by itself; what each step says is for the test to ask. */
  static Expected removing(String reason) {
    return new Expected(
        "False", reason, Optional.of("Reconciling"), Optional.empty(), List.of(), List.of());
  }

  /** And these steps are in place. */
  Expected besides(String... steps) {
    return new Expected(ready, reason, beside, step, List.of(steps), parts);
  }

  /** And the message of Ready says so. */
  Expected saying(String... more) {
    List<String> all = new ArrayList<>(parts);
    all.addAll(List.of(more));
    return new Expected(ready, reason, beside, step, inPlace, all);
  }

  /** Fails unless the Project shows this. */
  void check(Project project) {
    List<Condition> all = project.statusOrUnseen().conditions();
    assertThat(all).as("conditions of %s", project.ref()).isNotEmpty();
    Condition first = all.get(0);
    assertThat(words(first)).as("of %s", project.ref()).isEqualTo("Ready " + ready + " " + reason);
    assertThat(first.getMessage()).hasSizeLessThanOrEqualTo(512);
    parts.forEach(part -> assertThat(first.getMessage()).contains(part));
    assertThat(all)
        .extracting(Condition::getType)
        .doesNotContain(beside.equals(Optional.of("Stalled")) ? "Reconciling" : "Stalled");
    beside.ifPresent(
        type -> {
          Condition second = all.get(1);
          assertThat(words(second)).isEqualTo(type + " True " + reason);
          assertThat(second.getMessage()).isEqualTo(first.getMessage());
        });
    step.ifPresent(
        type -> assertThat(words(find(all, type))).isEqualTo(type + " " + ready + " " + reason));
    inPlace.forEach(type -> assertThat(words(find(all, type))).isEqualTo(type + " True InPlace"));
    assertThat(all)
        .allMatch(it -> it.getObservedGeneration() == project.generation(), "this generation");
  }

  private static String words(Condition condition) {
    return condition.getType() + " " + condition.getStatus() + " " + condition.getReason();
  }

  private static Condition find(List<Condition> all, String type) {
    return all.stream()
        .filter(it -> it.getType().equals(type))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no condition " + type + " among " + all));
  }
}
