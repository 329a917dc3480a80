package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Every request since the last reset, in the order in which they took effect. */
final class History {
  private static final Pattern CREDENTIAL =
      Pattern.compile("(private_token|access_token|job_token)=[^&]*", Pattern.CASE_INSENSITIVE);

  private final List<HistoryEntry> entries = new ArrayList<>();

  synchronized void add(
      Instant at,
      Incoming in,
      Identity caller,
      int status,
      String fault,
      List<WorldChange> changes) {
    entries.add(
        new HistoryEntry(
            entries.size() + 1L,
            at,
            in.method(),
            CREDENTIAL.matcher(in.target()).replaceAll("$1=..."),
            caller.user().map(User::username).orElse(""),
            caller.token().map(Token::id).orElse(0L),
            status,
            fault,
            List.copyOf(changes)));
  }

  /** The entries with a number above the given one. */
  synchronized List<HistoryEntry> after(long number) {
    int from = (int) Math.min(Math.max(number, 0), entries.size());
    return List.copyOf(entries.subList(from, entries.size()));
  }

  synchronized void clear() {
    entries.clear();
  }
}
