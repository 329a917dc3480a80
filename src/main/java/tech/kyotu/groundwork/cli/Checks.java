package tech.kyotu.groundwork.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tech.kyotu.groundwork.cli.Screen.Colour;
import tech.kyotu.groundwork.view.CheckView;
import tech.kyotu.groundwork.view.InstallationView;

/** All that an installation needs: what the caller sees, then what the operator says. */
final class Checks {

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

  private final Session session;
  private final Screen screen;
  private final Form form;

  Checks(Session session) {
    this.session = session;
    this.screen = session.screen();
    this.form = session.flags().form.of("check");
  }

  /**
   * Shows one line for each need.
   *
   * @param patience how long to look again until all is met
   */
  ExitCode show(Duration patience) {
    Instant end = session.clock().instant().plus(patience);
    List<CheckView> all = look();
    while (code(all) != ExitCode.FINE && session.pause().before(end, BETWEEN_LOOKS)) {
      all = look();
    }
    switch (form) {
      case JSON, YAML -> screen.data(form, InstallationView.of(all));
      case NAME -> all.stream().filter(it -> !it.ok()).forEach(it -> screen.line(it.what()));
      default -> lines(all);
    }
    return code(all);
  }

  private List<CheckView> look() {
    List<CheckView> all = new ArrayList<>(new InstallationChecks(session).all());
    all.addAll(operator());
    return all;
  }

  private List<CheckView> operator() {
    try {
      return Json.as(session.operator().get("/api/v1/check"), InstallationView.class).checks();
    } catch (Failure silent) {
      return List.of(
          silent.code() == ExitCode.NOT_ALLOWED
              ? CheckView.unread("operator", silent.sentence())
              : CheckView.unmet("operator", silent.sentence()));
    }
  }

  private void lines(List<CheckView> all) {
    for (CheckView line : all) {
      String mark =
          line.ok()
              ? screen.coloured(Colour.GREEN, "ok    ")
              : line.unread()
                  ? screen.coloured(Colour.YELLOW, "?     ")
                  : screen.coloured(Colour.RED, "FAIL  ");
      screen.line("%s%s: %s".formatted(mark, line.what(), line.detail()));
    }
    long failed = all.stream().filter(it -> !it.ok() && !it.unread()).count();
    long unread = all.stream().filter(CheckView::unread).count();
    String notRead = unread == 0 ? "" : ", %d not read".formatted(unread);
    screen.line(
        failed == 0 && unread == 0
            ? "All %d checks are met.".formatted(all.size())
            : "%d of %d checks failed%s.".formatted(failed, all.size(), notRead));
  }

  private static ExitCode code(List<CheckView> all) {
    if (all.stream().anyMatch(it -> !it.ok() && !it.unread())) {
      return ExitCode.DIFFERENT;
    }
    return all.stream().anyMatch(CheckView::unread) ? ExitCode.UNREACHABLE : ExitCode.FINE;
  }
}
