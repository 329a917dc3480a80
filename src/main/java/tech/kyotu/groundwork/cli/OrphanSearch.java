package tech.kyotu.groundwork.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.cli.ApiServer.Answer;
import tech.kyotu.groundwork.view.OrphansView;
import tech.kyotu.groundwork.view.OrphansView.OfThing;

/**
 * Things with our mark whose Project is gone: in the cluster what the caller may see, elsewhere
 * what the operator tells.
 */
final class OrphanSearch {

  private static final String UNKNOWN = "(not known)";
  private static final Map<String, String> KINDS =
      Map.of("Namespace", "namespaces", "Secret", "secrets");

  private final Session session;
  private final Screen screen;
  private final Form form;
  private final List<OfThing> orphans = new ArrayList<>();
  private final List<String> unread = new ArrayList<>();

  OrphanSearch(Session session) {
    this.session = session;
    this.screen = session.screen();
    this.form = session.flags().form.of("orphans");
  }

  ExitCode show() {
    Set<String> living = new HashSet<>();
    session
        .cluster()
        .read(Cluster.PROJECTS)
        .path("items")
        .forEach(it -> living.add(it.path("metadata").path("uid").asText()));
    for (String kind : List.of("Namespace", "Secret")) {
      find(kind, living);
    }
    askTheOperator();
    print();
    return unread.isEmpty() ? ExitCode.FINE : ExitCode.UNREACHABLE;
  }

  private void find(String kind, Set<String> living) {
    Answer answer =
        session
            .cluster()
            .askForNames(
                "/api/v1/%s?labelSelector=%s"
                    .formatted(KINDS.get(kind), OwnerMark.OWNER_UID.replace("/", "%2F")));
    if (answer.status() == 403) {
      unread.add(
          "Kubernetes: You may not list %s in all namespaces. Ask for that right."
              .formatted(KINDS.get(kind)));
      return;
    }
    if (!answer.isGood()) {
      throw Cluster.refusal(answer, KINDS.getOrDefault(kind, kind));
    }
    for (JsonNode item : Json.read(answer.body()).path("items")) {
      String uid = item.at("/metadata/labels").path(OwnerMark.OWNER_UID).asText();
      if (!living.contains(uid)) {
        orphans.add(inCluster(kind, uid, item.path("metadata")));
      }
    }
  }

  private static OfThing inCluster(String kind, String uid, JsonNode metadata) {
    String namespace = metadata.path("namespace").asText("");
    String name = metadata.path("name").asText();
    JsonNode annotations = metadata.path("annotations");
    return new OfThing(
        "Kubernetes",
        kind,
        namespace.isEmpty() ? name : namespace + "/" + name,
        annotations.path(OwnerMark.OWNER).asText(""),
        uid,
        annotations.path(OwnerMark.ORIGIN).asText(""),
        false);
  }

  private void askTheOperator() {
    try {
      OrphansView told = Json.as(session.operator().get("/api/v1/orphans"), OrphansView.class);
      orphans.addAll(told.orphans());
      unread.addAll(told.unread());
    } catch (Failure silent) {
      unread.add("GitLab, Vault and the repositories: " + silent.sentence());
    }
  }

  private void print() {
    switch (form) {
      case JSON, YAML -> screen.data(form, OrphansView.of(orphans, unread));
      case NAME ->
          orphans.forEach(it -> screen.line(it.kind().toLowerCase(Locale.ROOT) + "/" + it.name()));
      default -> table();
    }
    unread.forEach(why -> screen.remark("Not read: " + why));
  }

  private void table() {
    if (orphans.isEmpty()) {
      screen.line("Nothing that was read bears the mark of a Project that is gone.");
      return;
    }
    Table table = new Table("SYSTEM", "KIND", "NAME", "PROJECT", "UID", "ORIGIN", "KEPT");
    orphans.forEach(
        it ->
            table.row(
                it.system(),
                it.kind(),
                it.name(),
                known(it.owner()),
                known(it.uid()),
                known(it.origin()),
                it.kept() ? "on purpose" : "no"));
    table.print(screen);
  }

  private static String known(String text) {
    return text.isEmpty() ? UNKNOWN : text;
  }
}
