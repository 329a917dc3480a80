package tech.kyotu.groundwork.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.cli.ApiServer.Answer;

/** Namespaces and Secrets with our mark whose Project is gone. */
final class OrphanSearch {

  private static final Map<String, String> KINDS =
      Map.of("Namespace", "namespaces", "Secret", "secrets");

  /**
   * One thing without its Project.
   *
   * @param kind Namespace or Secret
   * @param name with its namespace, if it has one
   * @param owner where its Project was
   * @param uid of that Project
   * @param origin whether we made it
   */
  private record Orphan(String kind, String name, String owner, String uid, String origin) {}

  private final Session session;
  private final Screen screen;
  private final Form form;

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
    List<Orphan> orphans = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    for (String kind : List.of("Namespace", "Secret")) {
      find(kind, living, orphans, unread);
    }
    show(orphans);
    screen.remark("GitLab, Vault and the repositories were not read.");
    unread.forEach(screen::remark);
    return unread.isEmpty() ? ExitCode.FINE : ExitCode.UNREACHABLE;
  }

  private void find(String kind, Set<String> living, List<Orphan> orphans, List<String> unread) {
    Answer answer =
        session
            .cluster()
            .askForNames(
                "/api/v1/%s?labelSelector=%s"
                    .formatted(KINDS.get(kind), OwnerMark.OWNER_UID.replace("/", "%2F")));
    if (answer.status() == 403) {
      unread.add(
          "Not read: %s. Ask for the right to list %s in all namespaces."
              .formatted(KINDS.get(kind), KINDS.get(kind)));
      return;
    }
    if (!answer.isGood()) {
      throw Cluster.refusal(answer, KINDS.getOrDefault(kind, kind));
    }
    for (JsonNode item : Json.read(answer.body()).path("items")) {
      JsonNode metadata = item.path("metadata");
      String uid = metadata.path("labels").path(OwnerMark.OWNER_UID).asText();
      if (!living.contains(uid)) {
        String namespace = metadata.path("namespace").asText("");
        String name = metadata.path("name").asText();
        JsonNode annotations = metadata.path("annotations");
        orphans.add(
            new Orphan(
                kind,
                namespace.isEmpty() ? name : namespace + "/" + name,
                annotations.path(OwnerMark.OWNER).asText("(not known)"),
                uid,
                annotations.path(OwnerMark.ORIGIN).asText("(not known)")));
      }
    }
  }

  private void show(List<Orphan> orphans) {
    switch (form) {
      case JSON, YAML -> screen.data(form, orphans);
      case NAME ->
          orphans.forEach(
              it -> screen.line(it.kind().toLowerCase(java.util.Locale.ROOT) + "/" + it.name()));
      default -> {
        if (orphans.isEmpty()) {
          screen.line("No namespace and no Secret bears the mark of a Project that is gone.");
          return;
        }
        Table table = new Table("KIND", "NAME", "PROJECT", "UID", "ORIGIN");
        orphans.forEach(it -> table.row(it.kind(), it.name(), it.owner(), it.uid(), it.origin()));
        table.print(screen);
      }
    }
  }
}
