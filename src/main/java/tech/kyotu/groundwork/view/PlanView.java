package tech.kyotu.groundwork.view;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;

/**
 * What would be done for some Projects; nothing of it was. The published form of {@code kubectl
 * project plan -o json}.
 *
 * @param apiVersion {@value #API_VERSION}
 * @param kind {@value #KIND}
 * @param projects in the order they were asked for
 */
public record PlanView(String apiVersion, String kind, List<OfProject> projects) {

  /** Version of this form. */
  public static final String API_VERSION = "view.kyotu.tech/v1";

  /** Name of this form. */
  public static final String KIND = "ProjectPlanList";

  /** Copies the list. */
  public PlanView {
    projects = List.copyOf(projects);
  }

  /** The plans of these Projects. */
  public static PlanView of(List<OfProject> projects) {
    return new PlanView(API_VERSION, KIND, projects);
  }

  /**
   * What would be done for one Project.
   *
   * @param namespace where the Project is
   * @param name its name
   * @param isNew whether the cluster does not have it yet
   * @param deletion whether this is the plan of its deletion
   * @param guard what holds the whole Project back before any step, in a sentence; empty for
   *     nothing
   * @param steps in the order in which they would be walked
   */
  public record OfProject(
      String namespace,
      String name,
      @JsonProperty("new") boolean isNew,
      boolean deletion,
      String guard,
      List<OfStep> steps) {

    /** Copies the list. */
    public OfProject {
      steps = List.copyOf(steps);
    }

    /** Whether anything would be changed; things that stay are no change. */
    public boolean hasChanges() {
      return steps.stream()
          .flatMap(step -> step.changes().stream())
          .anyMatch(change -> !change.isKept());
    }

    /** Whether some step that was asked for could not be read or thought through. */
    @JsonIgnore
    public boolean isIncomplete() {
      return steps.stream().anyMatch(step -> step.isUnread() && !step.isLeftOut());
    }
  }

  /**
   * What would be done in one step.
   *
   * @param step its condition type, {@code NamespaceReady}
   * @param state {@code DONE} (nothing to do), {@code PLANNED}, {@code WAITING} (for an answer that
   *     did not come in time), {@code RETRYING} (a system failed), {@code REJECTED} (a person is
   *     needed), {@code UNREAD} (an offline plan asks no such system)
   * @param reason a word of the vocabulary
   * @param message a sentence
   * @param changes in the order of execution
   */
  public record OfStep(
      String step, String state, String reason, String message, List<OfChange> changes) {

    private static final String LEFT_OUT = "UNREAD";

    /** Copies the list. */
    public OfStep {
      changes = List.copyOf(changes);
    }

    /** Whether this part of the plan is missing. */
    @JsonIgnore
    public boolean isUnread() {
      return state.equals("WAITING") || state.equals("RETRYING") || isLeftOut();
    }

    /** Whether nobody tried to read it, because the plan is an offline one. */
    @JsonIgnore
    public boolean isLeftOut() {
      return state.equals(LEFT_OUT);
    }

    /** The part that an offline plan leaves out. */
    public static OfStep leftOut(String step) {
      return new OfStep(step, LEFT_OUT, "", "", List.of());
    }
  }

  /**
   * One intended write.
   *
   * @param verb {@code CREATE}, {@code UPDATE}, {@code ROTATE}, {@code ADOPT}, {@code RETAIN} or
   *     {@code DELETE}
   * @param subject to what
   * @param reason why
   * @param files what it would change in files, masked; empty if none or unknown
   */
  public record OfChange(String verb, String subject, String reason, List<OfFile> files) {

    /** Copies the list. */
    public OfChange {
      files = List.copyOf(files);
    }

    /** Whether the thing stays as it is, on purpose. */
    @JsonIgnore
    public boolean isKept() {
      return verb.equals("RETAIN");
    }

    /** The verb as a person writes it. */
    public String word() {
      return verb.toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What would be changed in one file.
   *
   * @param repository {@code flux} or {@code deployment}
   * @param path in the repository
   * @param lines how many lines are added or removed
   * @param diff a unified difference, secrets masked; empty if nothing but bytes that are no text
   */
  public record OfFile(String repository, String path, int lines, String diff) {}
}
