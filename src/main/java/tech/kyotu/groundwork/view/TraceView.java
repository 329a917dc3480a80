package tech.kyotu.groundwork.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a Project stands, as a tree down to what fails. The published form of {@code kubectl
 * project trace -o json}.
 *
 * @param apiVersion {@value PlanView#API_VERSION}
 * @param kind {@value #KIND}
 * @param namespace where the Project is
 * @param name its name
 * @param ready {@code True}, {@code False} or {@code Unknown}
 * @param reason a word of the vocabulary; empty if the operator has not seen the Project
 * @param message a sentence
 * @param since when Ready became what it is, ISO-8601 in UTC; null if never seen
 * @param parts one for each step, then those who follow
 * @param next what to do now; empty if nothing
 */
public record TraceView(
    String apiVersion,
    String kind,
    String namespace,
    String name,
    String ready,
    String reason,
    String message,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String since,
    List<Part> parts,
    String next) {

  /** Name of this form. */
  public static final String KIND = "ProjectTrace";

  /** Copies the list. */
  public TraceView {
    parts = List.copyOf(parts);
  }

  /** What a part is in. */
  public enum State {
    /** As wanted; of a removal: gone, or kept on purpose. */
    @JsonProperty("ok")
    OK,
    /** It goes on by itself, or waits for another part. */
    @JsonProperty("waiting")
    WAITING,
    /** It failed. */
    @JsonProperty("failed")
    FAILED,
    /** It could not be looked at. */
    @JsonProperty("unread")
    UNREAD,
    /** It is not there, which may be meant so. */
    @JsonProperty("absent")
    ABSENT
  }

  /**
   * A part of a Project, or of a part.
   *
   * @param name what it is: a condition's type, or a thing
   * @param state what it is in
   * @param reason a word of the vocabulary; empty where there is none
   * @param text a sentence or a few words
   * @param parts what it consists of
   */
  public record Part(String name, State state, String reason, String text, List<Part> parts) {

    /** Copies the list. */
    public Part {
      parts = List.copyOf(parts);
    }

    /** One that consists of nothing further. */
    public static Part leaf(String name, State state, String text) {
      return new Part(name, state, "", text, List.of());
    }
  }
}
