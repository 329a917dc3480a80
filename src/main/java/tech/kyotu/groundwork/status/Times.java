package tech.kyotu.groundwork.status;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as messages show them, always in UTC. */
final class Times {

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Times() {}

  /** {@code 2026-11-21 12:04 UTC}. */
  static String minute(Instant instant) {
    return MINUTE.format(instant) + " UTC";
  }

  /** {@code 12:04 UTC}. */
  static String clock(Instant instant) {
    return CLOCK.format(instant) + " UTC";
  }
}
