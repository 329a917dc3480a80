package tech.kyotu.groundwork.gitlab;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One thing that happens in a history. Its own seed decides its details, so that leaving another
 * event out changes nothing about it.
 */
record RotationEvent(Kind kind, long seed) {

  /** What happens, and how often among a thousand. */
  enum Kind {
    PASS_OF_A(310),
    PASS_OF_B(280),
    TIME(110),
    ROTATION_ASKED_FOR(80),
    OPERATOR_RESTARTS(20),
    SERVER_CLOCK_SET(15),
    OPERATOR_CLOCK_SET(15),
    LISTS_LAG(20),
    SECRET_LOST(20),
    SECRET_EDITED(20),
    NOTES_FORGED(10),
    OLDER_SECRET_RESTORED(20),
    TOKEN_REVOKED_BY_HAND(20),
    STATUS_WIPED(20),
    PROJECT_DELETED(40);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }
  }

  private static final int THOUSAND = 1_000;
  private static final int FEWEST = 6;
  private static final int MORE = 30;

  /** The history of a seed. */
  static List<RotationEvent> history(long seed) {
    Random random = new Random(seed);
    int length = FEWEST + random.nextInt(MORE);
    List<RotationEvent> events = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      events.add(new RotationEvent(draw(random.nextInt(THOUSAND)), random.nextLong()));
    }
    return events;
  }

  private static Kind draw(int lot) {
    int rest = lot;
    for (Kind kind : Kind.values()) {
      rest -= kind.weight;
      if (rest < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("the weights are no thousand");
  }

  @Override
  public String toString() {
    return kind + "(" + seed + ")";
  }
}
