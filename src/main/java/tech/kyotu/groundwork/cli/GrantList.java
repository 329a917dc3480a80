package tech.kyotu.groundwork.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.view.AccessView;

/** The operator's answer to who may do what, shown. */
final class GrantList {

  private final Session session;
  private final Screen screen;
  private final Form form;

  GrantList(Session session) {
    this.session = session;
    this.screen = session.screen();
    this.form = session.flags().form.of("access");
  }

  /** In one Project. */
  ExitCode of(ProjectRef ref) {
    // With the caller's own rights: who may not read the Project is told so, not by the operator.
    session.cluster().stored(ref);
    return show(
        session
            .operator()
            .get("/api/v1/projects/%s/%s/access".formatted(ref.namespace(), ref.name())),
        false);
  }

  /** Of a Google group, in all Projects. */
  ExitCode of(String group) {
    return show(
        session.operator().get("/api/v1/access?group=" + URLEncoder.encode(group, UTF_8)), true);
  }

  private ExitCode show(JsonNode answer, boolean ofMany) {
    AccessView access = Json.as(answer, AccessView.class);
    switch (form) {
      case JSON, YAML -> screen.data(form, answer);
      case NAME ->
          access.grants().stream().map(AccessView.OfProject::who).distinct().forEach(screen::line);
      default -> table(access, ofMany);
    }
    access.unread().forEach(screen::remark);
    return access.unread().isEmpty() ? ExitCode.FINE : ExitCode.UNREACHABLE;
  }

  private void table(AccessView access, boolean ofMany) {
    if (access.grants().isEmpty()) {
      screen.remark("Nobody has any right there.");
      return;
    }
    Table table =
        ofMany
            ? new Table("PROJECT", "WHERE", "MAY", "GRANTED BY")
            : new Table("WHO", "WHERE", "MAY", "GRANTED BY");
    for (AccessView.OfProject grant : access.grants()) {
      table.row(
          ofMany ? grant.namespace() + "/" + grant.name() : grant.who(),
          grant.where(),
          grant.may(),
          grant.grantedBy());
    }
    table.print(screen);
  }
}
