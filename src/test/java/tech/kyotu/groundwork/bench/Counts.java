package tech.kyotu.groundwork.bench;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tech.kyotu.groundwork.gitlab.simulator.HistoryEntry;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.AuditLog;
import tech.kyotu.groundwork.testing.Traffic;
import tech.kyotu.groundwork.testing.VaultRequests;

/**
 * What the operator asked of each system since a moment, counted by the systems themselves.
 *
 * @param kubernetes calls by verb and resource, without leases, events and watches
 * @param gitlab calls by method and route, ids replaced
 * @param flux traffic of the Flux repository
 * @param deployment traffic of the deployment repository
 * @param vault calls by operation
 */
public record Counts(
    Map<String, Long> kubernetes,
    Map<String, Long> gitlab,
    Traffic flux,
    Traffic deployment,
    Map<String, Long> vault) {

  private static final String OPERATOR = "system:serviceaccount:groundwork-system:groundwork";
  private static final Set<String> NOT_COUNTED = Set.of("leases", "events");
  private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete");
  private static final Set<String> VAULT_WRITES = Set.of("create", "update", "delete", "patch");

  /** A moment from which is counted. */
  public static final class Mark {
    private final World world;
    private final long audit;
    private final long gitlab;
    private final Traffic flux;
    private final Traffic deployment;
    private final long vault;

    /** Now. */
    public Mark(World world) {
      this.world = world;
      this.audit = world.cluster().auditLog().mark();
      this.gitlab =
          world.gitlab().history().stream().mapToLong(HistoryEntry::number).max().orElse(0);
      this.flux = world.flux().traffic();
      this.deployment = world.deployment().traffic();
      this.vault = world.vault().map(server -> server.requests().mark()).orElse(0L);
    }

    /** What came since. */
    public Counts counts() {
      Map<String, Long> kubernetes = new TreeMap<>();
      world
          .cluster()
          .auditLog()
          .callsSince(audit)
          .forEach((call, count) -> addKubernetes(kubernetes, call, count));
      Map<String, Long> calls = new TreeMap<>();
      for (HistoryEntry entry : world.gitlab().historyAfter(gitlab)) {
        calls.merge(entry.method() + " " + route(entry.rawPath()), 1L, Long::sum);
      }
      Map<String, Long> asked = new TreeMap<>();
      world
          .vault()
          .ifPresent(
              server ->
                  server
                      .requests()
                      .since(vault)
                      .forEach(request -> asked.merge(operation(request), 1L, Long::sum)));
      return new Counts(
          kubernetes,
          calls,
          world.flux().traffic().since(flux),
          world.deployment().traffic().since(deployment),
          asked);
    }

    private static void addKubernetes(Map<String, Long> into, AuditLog.Call call, long count) {
      String resource = call.resource().replaceAll("/.*", "");
      if (OPERATOR.equals(call.user())
          && !NOT_COUNTED.contains(resource)
          && !call.verb().equals("watch")) {
        into.merge(call.verb() + " " + call.resource(), count, Long::sum);
      }
    }

    /** A look-up of an identity is a POST in Vault's API, but changes nothing. */
    private static String operation(VaultRequests.Request request) {
      return request.path().startsWith("identity/lookup/") ? "lookup" : request.operation();
    }

    private static String route(String rawPath) {
      return rawPath
          .replaceAll("\\?.*", "")
          .replaceAll("/groups/[^/]+", "/groups/:id")
          .replaceAll("/access_tokens/[0-9]+", "/access_tokens/:id");
    }
  }

  /** Calls that change something in the API server, but for the status of Projects. */
  public long kubernetesWritesBesideStatus() {
    return kubernetes.entrySet().stream()
        .filter(entry -> isWrite(entry.getKey()) && !entry.getKey().endsWith("/status"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Calls that change nothing in the API server. */
  public long kubernetesReads() {
    return kubernetes.entrySet().stream()
        .filter(entry -> !isWrite(entry.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static boolean isWrite(String call) {
    return WRITES.contains(call.split(" ", 2)[0]);
  }

  /** Calls that change something in the API server. */
  public long kubernetesWrites() {
    return kubernetes.entrySet().stream()
        .filter(entry -> isWrite(entry.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Calls to GitLab's API that change something. */
  public long gitlabWrites() {
    return gitlab.entrySet().stream()
        .filter(entry -> entry.getKey().contains("/api/") && !entry.getKey().startsWith("GET "))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Calls to GitLab's API that only read. */
  public long gitlabReads() {
    return gitlab.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("GET ") && entry.getKey().contains("/api/"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Calls to Vault that change something. */
  public long vaultWrites() {
    return vault.entrySet().stream()
        .filter(entry -> VAULT_WRITES.contains(entry.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Pushes that a repository took. */
  public long pushes() {
    return flux.pushesAccepted() + deployment.pushesAccepted();
  }
}
