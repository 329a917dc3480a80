package tech.kyotu.groundwork.realservers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Argo CD's own evaluators, {@code argocd admin settings} of version 3.2.6: of rights by ConfigMap
 * {@code argocd-rbac-cm}, and of resources by the scripts in {@code argocd-cm}. They read both from
 * files and ask no cluster, but want to be told of one.
 *
 * @param program the program
 * @param folder for its files
 */
record ArgoJudge(Path program, Path folder) {
  private static final int SECONDS = 60;

  /** Makes the kubeconfig of a cluster that nobody needs. */
  ArgoJudge {
    write(
        folder,
        "kubeconfig",
        """
        apiVersion: v1
        kind: Config
        current-context: none
        clusters: [{name: none, cluster: {server: 'https://127.0.0.1:1'}}]
        users: [{name: none, user: {token: none}}]
        contexts: [{name: none, context: {cluster: none, user: none}}]
        """);
  }

  /** Keeps a policy for questions about it. */
  Path file(String name, String configMap) {
    return write(folder, name, configMap);
  }

  /** Whether somebody, by name or by group, may do something. */
  boolean allows(Path policy, String subject, String action, String resource, String object) {
    String file = policy.toString();
    String answer = ask("rbac", "can", subject, action, resource, object, "--policy-file", file);
    return switch (answer) {
      case "Yes" -> true;
      case "No" -> false;
      default -> throw new IllegalStateException("Argo CD says " + answer);
    };
  }

  /** What it says about a policy as a whole. */
  String validate(Path policy) {
    return ask("rbac", "validate", "--policy-file", policy.toString());
  }

  /** What it says of a resource's health: lines {@code STATUS: …} and {@code MESSAGE: …}. */
  String health(Path configMap, Path resource) {
    return override(configMap, "health", resource.toString());
  }

  /** The actions that it offers on a resource, one a line: its name, and whether it is disabled. */
  String actions(Path configMap, Path resource) {
    return override(configMap, "list-actions", resource.toString());
  }

  /** The difference that an action makes to a resource. */
  String difference(Path configMap, Path resource, String action) {
    return override(configMap, "run-action", resource.toString(), action);
  }

  private String override(Path configMap, String... words) {
    List<String> all = new ArrayList<>(List.of("resource-overrides"));
    all.addAll(List.of(words));
    all.addAll(List.of("--argocd-cm-path", configMap.toString()));
    // It logs how it starts; what goes wrong stays in the answer.
    return ask(all.toArray(String[]::new))
        .lines()
        .filter(line -> !line.startsWith("{\"level\":\"info\""))
        .collect(joining("\n"));
  }

  /** Errors end with the same status as a "No" does, so the words are the answer. */
  private String ask(String... words) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of("admin", "settings"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "ARGOCD_BINARY_NAME", "argocd",
                "KUBECONFIG", folder.resolve("kubeconfig").toString(),
                "HOME", folder.toString()));
    try {
      Process process = builder.start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("it does not end");
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static Path write(Path folder, String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
