package tech.kyotu.groundwork.status;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The situations of the resource's contract: the one source of what its readers are tried on. */
final class Situations {

  private Situations() {}

  /** All of them, by number; each call makes them anew. */
  static List<Situation> all() {
    return Stream.of(
            SetupSituations.all(),
            TroubleSituations.all(),
            HeldSituations.all(),
            RemovalSituations.all())
        .flatMap(it -> it)
        .sorted(Comparator.comparingInt(Situation::number))
        .toList();
  }

  /** The one of this number. */
  static Situation number(int number) {
    return all().stream().filter(it -> it.number() == number).findFirst().orElseThrow();
  }
}
