package tech.kyotu.groundwork.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the user is told. A view: if it is lost, the next reconcile rebuilds it without making,
 * rotating or removing anything.
 *
 * @param observedGeneration the newest generation that was looked at; -1 means never seen
 * @param projectName the name everything derives from; null if the spec gives none
 * @param summary steps in place over steps, for example {@code 4/6}
 * @param lastHandledReconcileAt echo of the newest reconcile request
 * @param specDigest digest of the spec as last applied, without suspend and mode
 * @param holdings what the Project has outside its spec
 * @param registryToken life of the pull token
 * @param commits newest commit per repository
 * @param links pages for people
 * @param failures the back-off gate; null when all is well
 * @param plan what Apply would do; only in Plan mode
 * @param planOmitted how many lines did not fit
 * @param conditions summary and steps, in fixed order
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ProjectStatus(
    @JsonInclude
        @JsonProperty("observedGeneration")
        @JsonPropertyDescription("The newest generation that was looked at; -1 means never seen.")
        long observedGeneration,
    @JsonProperty("projectName") @JsonPropertyDescription("The name that everything derives from.")
        @Nullable String projectName,
    @JsonProperty("summary") @JsonPropertyDescription("Steps in place over steps.")
        @Nullable String summary,
    @JsonProperty("lastHandledReconcileAt")
        @JsonPropertyDescription("Echo of the newest reconcile request.")
        @Nullable String lastHandledReconcileAt,
    @JsonProperty("specDigest")
        @JsonPropertyDescription("Digest of the spec as last applied, without suspend and mode.")
        @Nullable String specDigest,
    @JsonProperty("holdings") @JsonPropertyDescription("What the Project has outside its spec.")
        List<Holding> holdings,
    @JsonProperty("registryToken")
        @JsonPropertyDescription("Life of the pull token; never its value.")
        @Nullable RegistryToken registryToken,
    @JsonProperty("commits") @JsonPropertyDescription("Our newest commit per repository.")
        List<Commit> commits,
    @JsonProperty("links") @JsonPropertyDescription("Pages for people.") @Nullable Links links,
    @JsonProperty("failures")
        @JsonPropertyDescription("The back-off gate; absent when all is well.")
        @Nullable Failures failures,
    @JsonProperty("plan") @JsonPropertyDescription("What Apply would do; only in Plan mode.")
        List<PlannedChange> plan,
    @JsonProperty("planOmitted") @JsonPropertyDescription("How many lines of the plan did not fit.")
        @Nullable Integer planOmitted,
    @JsonProperty("conditions") @JsonPropertyDescription("Ready, why, and one condition per step.")
        List<Condition> conditions) {

  /** Nothing seen yet: what the CRD's default says too. */
  public static final ProjectStatus UNSEEN =
      new ProjectStatus(
          -1, null, null, null, null, List.of(), null, List.of(), null, null, List.of(), null,
          List.of());

  private static final ObjectMapper LENIENT =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
          .build();

  /** The same components, in the order of the record, for the one decoder that may fail. */
  private record Stored(
      long observedGeneration,
      @Nullable String projectName,
      @Nullable String summary,
      @Nullable String lastHandledReconcileAt,
      @Nullable String specDigest,
      @Nullable List<Holding> holdings,
      @Nullable RegistryToken registryToken,
      @Nullable List<Commit> commits,
      @Nullable Links links,
      @Nullable Failures failures,
      @Nullable List<PlannedChange> plan,
      @Nullable Integer planOmitted,
      @Nullable List<Condition> conditions) {}

  /**
   * Reads a status as it is stored, whatever it holds: an unreadable one counts as never seen and
   * is rebuilt.
   *
   * @param node the stored JSON; any shape
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static ProjectStatus of(JsonNode node) {
    Stored stored;
    try {
      stored = LENIENT.treeToValue(node, Stored.class);
    } catch (JsonProcessingException unreadable) {
      return UNSEEN;
    }
    if (stored == null) {
      return UNSEEN;
    }
    return new ProjectStatus(
        stored.observedGeneration,
        stored.projectName,
        stored.summary,
        stored.lastHandledReconcileAt,
        stored.specDigest,
        readable(stored.holdings, ProjectStatus::isReadable),
        isReadable(stored.registryToken) ? stored.registryToken : null,
        readable(
            stored.commits, commit -> commit.repository() != null && commit.revision() != null),
        stored.links,
        isReadable(stored.failures) ? stored.failures : null,
        readable(stored.plan, change -> change.step() != null),
        stored.planOmitted,
        readable(stored.conditions, ProjectStatus::isReadable));
  }

  private static <T> List<T> readable(@Nullable List<T> list, Predicate<T> isReadable) {
    return list == null
        ? List.of()
        : list.stream().filter(Objects::nonNull).filter(isReadable).toList();
  }

  private static boolean isReadable(Holding holding) {
    return holding.id() != null
        && holding.kind() != null
        && holding.origin() != null
        && holding.reference() != null;
  }

  private static boolean isReadable(Condition condition) {
    return condition.getType() != null
        && condition.getStatus() != null
        && condition.getReason() != null
        && condition.getMessage() != null;
  }

  private static boolean isReadable(@Nullable RegistryToken token) {
    return token == null || isTimeOrAbsent(token.previousRevokeAfter());
  }

  private static boolean isReadable(@Nullable Failures failures) {
    return failures == null
        || (failures.step() != null
            && failures.since() != null
            && isTimeOrAbsent(failures.since())
            && isTimeOrAbsent(failures.nextAttemptAt()));
  }

  private static boolean isTimeOrAbsent(@Nullable String text) {
    try {
      return text == null || Instant.parse(text).isAfter(Instant.EPOCH);
    } catch (DateTimeParseException unreadable) {
      return false;
    }
  }
}
