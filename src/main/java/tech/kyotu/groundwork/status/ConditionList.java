package tech.kyotu.groundwork.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Sanitizer;

/**
 * Conditions in the order in which they are added. The time of a transition moves only when the
 * status value does.
 */
final class ConditionList {

  private final List<Condition> previous;
  private final long generation;
  private final Instant now;
  private final List<Condition> conditions = new ArrayList<>();

  ConditionList(List<Condition> previous, long generation, Instant now) {
    this.previous = previous;
    this.generation = generation;
    this.now = now.truncatedTo(ChronoUnit.SECONDS);
  }

  void add(String type, Truth truth, Reason reason, String message) {
    conditions.add(
        new ConditionBuilder()
            .withType(type)
            .withStatus(truth.word())
            .withReason(reason.word())
            // A message beyond the CRD's bound would have the whole status refused.
            .withMessage(Sanitizer.sentence(message))
            .withObservedGeneration(generation)
            .withLastTransitionTime(since(type, truth))
            .build());
  }

  /** Keeps a condition as it was, for this generation too. */
  void keep(Condition condition) {
    conditions.add(new ConditionBuilder(condition).withObservedGeneration(generation).build());
  }

  private String since(String type, Truth truth) {
    return find(previous, type)
        .filter(before -> truth.word().equals(before.getStatus()))
        .map(Condition::getLastTransitionTime)
        .filter(time -> !time.isEmpty())
        .orElse(now.toString());
  }

  List<Condition> asList() {
    return List.copyOf(conditions);
  }

  static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions.stream().filter(condition -> type.equals(condition.getType())).findFirst();
  }

  static boolean isTrue(List<Condition> conditions, String type) {
    return find(conditions, type).filter(found -> "True".equals(found.getStatus())).isPresent();
  }
}
