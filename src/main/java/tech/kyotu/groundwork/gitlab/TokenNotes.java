package tech.kyotu.groundwork.gitlab;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * What the pull secret's annotations say of the token in it. People can edit them, so an id counts
 * only if GitLab lists it under a name of ours, and what cannot be read counts as absent.
 *
 * @param id the published token; empty while none is published
 * @param sequence number of the published token, 0 if none was
 * @param expiresOn the day at whose start (UTC) it dies
 * @param publishedAt when it was written here, by the server's clock
 * @param previousId the token before it, while both live
 * @param pending the attempt that is under way or was cut short
 * @param rotateHandled newest request for a rotation that was handled
 */
record TokenNotes(
    OptionalLong id,
    long sequence,
    Optional<LocalDate> expiresOn,
    Optional<Instant> publishedAt,
    OptionalLong previousId,
    Optional<Pending> pending,
    Optional<String> rotateHandled) {

  /** Nothing was ever published. */
  static final TokenNotes NONE =
      new TokenNotes(
          OptionalLong.empty(),
          0,
          Optional.empty(),
          Optional.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty());

  private static final String PREFIX = "kyotu.tech/token-";

  /** An attempt to issue, announced before it is made. */
  record Pending(long sequence, String nonce, Instant since) {

    private String text() {
      return sequence + " " + nonce + " " + since;
    }

    private static Pending parse(String text) {
      String[] parts = text.split(" ", 3);
      if (parts.length != 3 || !parts[1].matches("[0-9a-f]{16}")) {
        throw new DateTimeException("no attempt");
      }
      return new Pending(Long.parseLong(parts[0]), parts[1], Instant.parse(parts[2]));
    }
  }

  /** Reads annotations, in any state. */
  static TokenNotes of(Map<String, String> annotations) {
    return new TokenNotes(
        number(annotations, "id"),
        number(annotations, "sequence").orElse(0),
        read(annotations, "expires-at", LocalDate::parse),
        read(annotations, "published-at", Instant::parse),
        number(annotations, "previous-id"),
        read(annotations, "pending", Pending::parse),
        read(annotations, "rotate-handled", text -> text));
  }

  private static OptionalLong number(Map<String, String> annotations, String key) {
    Optional<Long> number = read(annotations, key, Long::valueOf).filter(value -> value > 0);
    return number.isPresent() ? OptionalLong.of(number.get()) : OptionalLong.empty();
  }

  private static <T> Optional<T> read(
      Map<String, String> annotations, String key, Function<String, T> reader) {
    try {
      return Optional.ofNullable(annotations.get(PREFIX + key))
          .filter(text -> !text.isEmpty())
          .map(reader);
    } catch (DateTimeException | NumberFormatException edited) {
      return Optional.empty();
    }
  }

  /** The annotations that say this. */
  Map<String, String> annotations() {
    Map<String, String> all = new LinkedHashMap<>();
    id.ifPresent(value -> all.put(PREFIX + "id", Long.toString(value)));
    all.put(PREFIX + "sequence", Long.toString(sequence));
    expiresOn.ifPresent(day -> all.put(PREFIX + "expires-at", day.toString()));
    publishedAt.ifPresent(
        time -> all.put(PREFIX + "published-at", time.truncatedTo(ChronoUnit.SECONDS).toString()));
    previousId.ifPresent(value -> all.put(PREFIX + "previous-id", Long.toString(value)));
    pending.ifPresent(attempt -> all.put(PREFIX + "pending", attempt.text()));
    rotateHandled.ifPresent(text -> all.put(PREFIX + "rotate-handled", text));
    return all;
  }

  /** The same, announcing an attempt. */
  TokenNotes announcing(Pending attempt) {
    return new TokenNotes(
        id, sequence, expiresOn, publishedAt, previousId, Optional.of(attempt), rotateHandled);
  }

  /**
   * The same, but what was published is not to be trusted any more; it may still be in use
   * elsewhere.
   */
  TokenNotes distrusting() {
    return new TokenNotes(
        OptionalLong.empty(),
        sequence,
        Optional.empty(),
        publishedAt,
        id.isPresent() ? id : previousId,
        pending,
        rotateHandled);
  }

  /** The same with this token as the previous one, or none. */
  TokenNotes after(OptionalLong previous) {
    return new TokenNotes(id, sequence, expiresOn, publishedAt, previous, pending, rotateHandled);
  }

  /** The same without an attempt. */
  TokenNotes withoutAttempt() {
    return new TokenNotes(
        id, sequence, expiresOn, publishedAt, previousId, Optional.empty(), rotateHandled);
  }
}
