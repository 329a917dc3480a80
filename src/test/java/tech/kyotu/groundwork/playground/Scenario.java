package tech.kyotu.groundwork.playground;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A guided scenario: it tells what will happen, does it, and shows it, always in the same three
 * views. It makes its own Projects and leaves a world in which the others can be played.
 */
sealed interface Scenario
    permits BreakGitLab,
        SixtyDaysLater,
        DriftByHand,
        TwoEnvironments,
        DeleteProject,
        NameTakenAndAdopt {

  /**
   * Settings of an operator that is watched: it tries again, and asks for the tips of the branches,
   * sooner than one that nobody looks at.
   */
  Map<String, String> LIVELY =
      Map.of("groundwork.retry.longest", "PT5S", "groundwork.git.tip-interval", "PT2S");

  /** All of them, in the order in which they are best read. */
  static List<Scenario> all() {
    return List.of(
        new BreakGitLab(),
        new SixtyDaysLater(),
        new DriftByHand(),
        new TwoEnvironments(),
        new DeleteProject(),
        new NameTakenAndAdopt());
  }

  /** The one of this name. */
  static Optional<Scenario> of(String name) {
    return all().stream().filter(it -> it.name().equals(name)).findFirst();
  }

  /** The word after {@code --scenario}; also the namespace of its Projects. */
  String name();

  /** What it shows, in a line. */
  String title();

  /**
   * Plays it.
   *
   * @throws RuntimeException if something that must come does not come
   */
  void play(Stage stage);
}
