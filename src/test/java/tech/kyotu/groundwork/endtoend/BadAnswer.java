package tech.kyotu.groundwork.endtoend;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import tech.kyotu.groundwork.testing.HttpFront;
import tech.kyotu.groundwork.testing.HttpFront.Asked;
import tech.kyotu.groundwork.testing.HttpFront.Told;

/** What may come back in place of the API server's answer, by mistake of it or of a proxy. */
enum BadAnswer {
  ERROR,
  AWAY,
  LIMITED,
  PAGE,
  PAGE_NOT_FOUND,
  NOTHING,
  CUT;

  private static final String FAILURE =
      """
      {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"InternalError","code":500,
       "message":"etcdserver: request timed out"}
      """;

  /** The reason that a Project shows for it. */
  String reason() {
    return this == LIMITED ? "RateLimited" : "RemoteUnavailable";
  }

  /** An id of a Project for each of them. */
  static Map<BadAnswer, String> ids(String prefix) {
    Map<BadAnswer, String> all = new EnumMap<>(BadAnswer.class);
    for (BadAnswer each : values()) {
      all.put(each, each.id(prefix));
    }
    return all;
  }

  /** An id of a Project that is answered so. */
  String id(String prefix) {
    return prefix + "-" + name().replace("_", "").toLowerCase(Locale.ROOT);
  }

  /** Has these requests answered so. */
  void by(HttpFront front, Predicate<Asked> which) {
    switch (this) {
      case ERROR -> front.answers(which, Told.json(500, FAILURE));
      case AWAY -> front.answers(which, Told.page(503));
      case LIMITED -> front.answers(which, Told.limited(Duration.ofSeconds(1)));
      case PAGE -> front.answers(which, Told.page(200));
      case PAGE_NOT_FOUND -> front.answers(which, Told.page(404));
      case NOTHING -> front.answers(which, Told.json(200, ""));
      case CUT -> front.cuts(which);
    }
  }
}
