package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tech.kyotu.groundwork.testing.HostedRepository;

/** Searches everything that people and tools may read for credentials. */
final class LeakCheck {
  private final Canary canary;
  private final KubernetesClient admin;

  LeakCheck(Canary canary, KubernetesClient admin) {
    this.canary = canary;
    this.admin = admin;
  }

  /** The search must be able to find something: here is what it must find. */
  void recognises(String what, Collection<String> values, Verdicts verdicts) {
    verdicts.check(
        "the search for credentials finds " + what + " when it is there",
        () ->
            values.stream()
                .filter(value -> canary.find("x " + value + " x").isEmpty())
                .findFirst()
                .map(missed -> "it misses one of " + values.size()));
  }

  /**
   * The logs of all servers. Vault's own is not among them: in dev mode it tells its root token.
   */
  void logs(Path folder, Verdicts verdicts) {
    verdicts.check("no credential in any log", () -> inLogs(folder));
  }

  /** Every state of every Project that was seen. */
  void projects(Collection<String> seen, Verdicts verdicts) {
    verdicts.check(
        "no credential in any of " + seen.size() + " states of Projects",
        () -> first(seen, "a Project"));
  }

  /** The events of the whole cluster. */
  void events(Verdicts verdicts) {
    verdicts.check(
        "no credential in any event",
        () ->
            first(
                admin.v1().events().inAnyNamespace().list().getItems().stream()
                    .map(Serialization::asJson)
                    .toList(),
                "an event"));
  }

  /** Every object of a repository, also those that no branch reaches. */
  void repository(HostedRepository repository, Verdicts verdicts) {
    String name = repository.folder().getFileName().toString();
    verdicts.check(
        "no credential in any object of " + name, () -> canary.find(objects(repository)));
  }

  private Optional<String> inLogs(Path folder) throws IOException {
    Map<Path, String> texts = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        texts.put(file.getFileName(), new String(Files.readAllBytes(file), UTF_8));
      }
    }
    return texts.entrySet().stream()
        .flatMap(
            entry -> canary.find(entry.getValue()).map(it -> entry.getKey() + ": " + it).stream())
        .findFirst();
  }

  private Optional<String> first(Collection<String> texts, String what) {
    return texts.stream()
        .flatMap(it -> canary.find(it).stream())
        .findFirst()
        .map(it -> what + ": " + it);
  }

  /** Git's own program is asked: a library's view of the objects could share its blind spots. */
  private static String objects(HostedRepository repository) throws IOException {
    Process git =
        new ProcessBuilder(
                List.of(
                    "git",
                    "-c",
                    "safe.directory=*",
                    "--git-dir=" + repository.folder(),
                    "cat-file",
                    "--batch-all-objects",
                    "--batch"))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String all = new String(git.getInputStream().readAllBytes(), ISO_8859_1);
    if (!all.contains(repository.tip())) {
      throw new IOException("git did not list the objects of " + repository.folder());
    }
    return all;
  }
}
