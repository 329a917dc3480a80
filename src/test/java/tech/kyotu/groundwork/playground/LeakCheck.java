package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** The same for everything that is left when a world ends. */
  static void everywhere(World world, Collection<String> values, Verdicts verdicts) {
    LeakCheck leaks = new LeakCheck(new Canary(values), world.cluster().adminClient());
    leaks.recognises("each known credential", values, verdicts);
    leaks.logs(world.places().logs(), verdicts);
    leaks.events(verdicts);
    leaks.objects(verdicts);
    leaks.repository(world.flux(), verdicts);
    leaks.repository(world.deployment(), verdicts);
  }

  /**
   * The logs of all servers, and what was written beside them: metrics, states of Projects. Vault's
   * own is not among them: in dev mode it tells its root token.
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

  /** What else may hold data in the Projects' namespaces. */
  void objects(Verdicts verdicts) {
    verdicts.check(
        "no credential in any ConfigMap, nor in any Secret but the pull secret",
        () -> {
          List<HasMetadata> all = new ArrayList<>();
          for (Namespace owned :
              admin.namespaces().withLabel("kyotu.tech/owner-uid").list().getItems()) {
            String name = owned.getMetadata().getName();
            all.addAll(admin.configMaps().inNamespace(name).list().getItems());
            all.addAll(admin.secrets().inNamespace(name).list().getItems());
          }
          all.removeIf(it -> it.getMetadata().getName().equals(ClusterCheck.PULL_SECRET));
          return first(all.stream().map(Serialization::asJson).toList(), "an object");
        });
  }

  /** Every object of a repository, also those that no branch reaches. */
  void repository(HostedRepository repository, Verdicts verdicts) {
    String name = repository.folder().getFileName().toString();
    verdicts.check(
        "no credential in any object of " + name, () -> canary.find(objects(repository)));
  }

  private Optional<String> inLogs(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Optional<String> found = inLog(file);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** Line by line: at TRACE a log may be larger than our memory. */
  private Optional<String> inLog(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log, ISO_8859_1)) {
      AtomicInteger number = new AtomicInteger();
      return lines
          .flatMap(
              line -> {
                number.incrementAndGet();
                return canary.find(line).stream();
              })
          .findFirst()
          .map(it -> log.getFileName() + " line " + number + ": " + it);
    }
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
