package tech.kyotu.groundwork.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;
import tech.kyotu.groundwork.api.ProjectRef;

/** The events of a Project. */
final class EventList {

  private static final Duration LONG = Duration.ofHours(1);

  private final Session session;
  private final ProjectRef ref;
  private final Screen screen;
  private final Form form;

  EventList(Session session, ProjectRef ref) {
    this.session = session;
    this.ref = ref;
    this.screen = session.screen();
    this.form = session.flags().form.of("events");
  }

  ExitCode show(boolean watch) {
    // Events outlive their Project, so its absence is no error here.
    String path =
        "/api/v1/namespaces/%s/events?fieldSelector=involvedObject.kind%%3DProject,involvedObject.name%%3D%s"
            .formatted(ref.namespace(), ref.name());
    if (watch) {
      Duration given = session.flags().timeout;
      session.cluster().followAll(path, this::line, given == null ? LONG : given);
      return ExitCode.FINE;
    }
    JsonNode list = session.cluster().read(path);
    if (form.isForPrograms() && form != Form.NAME) {
      screen.data(form, list);
      return ExitCode.FINE;
    }
    List<JsonNode> events =
        StreamSupport.stream(list.path("items").spliterator(), false)
            .sorted(Comparator.comparing(EventList::time))
            .toList();
    if (events.isEmpty()) {
      screen.remark(
          "There are no events of Project %s in namespace %s; a cluster keeps them for about an hour."
              .formatted(ref.name(), ref.namespace()));
      return ExitCode.FINE;
    }
    Table table = new Table("AGE", "TYPE", "REASON", "MESSAGE");
    for (JsonNode event : events) {
      table.row(
          ProjectTable.age(time(event), session.clock()),
          event.path("type").asText(),
          event.path("reason").asText(),
          event.path("message").asText());
    }
    table.print(screen);
    return ExitCode.FINE;
  }

  private void line(JsonNode event) {
    screen.line(
        "%s  %s  %s  %s"
            .formatted(
                time(event),
                Table.padded(event.path("type").asText(), 7),
                Table.padded(event.path("reason").asText(), 20),
                event.path("message").asText()));
  }

  /** The newest of the times that an event may bear. */
  private static String time(JsonNode event) {
    return List.of(
            event.path("series").path("lastObservedTime").asText(""),
            event.path("lastTimestamp").asText(""),
            event.path("eventTime").asText(""),
            event.path("metadata").path("creationTimestamp").asText(""))
        .stream()
        .filter(it -> !it.isEmpty() && !it.equals("null"))
        .findFirst()
        .orElse("");
  }
}
