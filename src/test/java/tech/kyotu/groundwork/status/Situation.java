package tech.kyotu.groundwork.status;

import java.util.List;
import java.util.Locale;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Report;

/**
 * One situation of the resource's contract, and what is expected in it.
 *
 * @param number its number in the contract; from 26 on those of its table of states that no
 *     numbered situation shows
 * @param title what it is, in a few words
 * @param project the resource, with the status that its passes gave it
 * @param conditions how the conditions begin: type, first letter of the value, and reason
 * @param message what Ready says; empty if there is no condition yet
 * @param judgement what the readers of a status make of it
 */
record Situation(
    int number,
    String title,
    Project project,
    String conditions,
    String message,
    Judgement judgement) {

  /** A Project that goes through these passes, in this order. */
  static Situation situation(
      int number,
      String title,
      Project project,
      List<Report> passes,
      String conditions,
      String message,
      Judgement judgement) {
    Passes at = new Passes();
    passes.forEach(report -> at.after(project, report));
    return new Situation(number, title, project, conditions, message, judgement);
  }

  /** What people are told where only Ready's message can be shown. */
  String told() {
    return judgement == Judgement.UNSEEN ? Judgement.WAITING_FOR_THE_OPERATOR : message;
  }

  /** For example {@code 04-all-in-place}. */
  String fileName() {
    return "%02d-%s".formatted(number, title.toLowerCase(Locale.ROOT).replace(' ', '-'));
  }

  @Override
  public String toString() {
    return number + ": " + title;
  }
}
