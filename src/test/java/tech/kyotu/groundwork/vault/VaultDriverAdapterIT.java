package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.SharedServers;
import tech.kyotu.groundwork.testing.VaultRequests;
import tech.kyotu.groundwork.testing.VaultServer;

/** The adapter in front of a real Vault, with a key/value engine of version 2. */
@ExtendWith(SharedServers.class)
class VaultDriverAdapterIT extends VaultContract {
  private final VaultServer server;
  private final ControlPlane cluster;
  private final String project = "a" + UUID.randomUUID().toString().substring(0, 8) + "-dev";
  private @TempDir Path files;
  private RealVault real;

  VaultDriverAdapterIT(VaultServer server, ControlPlane cluster) {
    this.server = server;
    this.cluster = cluster;
  }

  @BeforeEach
  void connect() {
    real = RealVault.withOperator(server, cluster, files, version());
  }

  int version() {
    return 2;
  }

  @Override
  Vault vault() {
    return real.vault();
  }

  @Override
  String project() {
    return project;
  }

  @Override
  void keepSecret(String path) {
    real.keepSecret(path);
  }

  @Test
  void sendsExactlyTheDocumentedPaths() throws StepException {
    vault().keyValueVersion();
    long mark = server.requests().mark();

    vault().policy("project-" + project);
    vault().writePolicy("project-" + project, "path \"x\" { capabilities = [\"deny\"] }");
    vault().deletePolicy("project-" + project);
    vault().writeGroup("project-" + project, Set.of("p"), Set.of(), Map.of());
    vault().writeOwner(project, Map.of("uid", "u-1"));
    vault().list(project);

    String name = "project-" + project;
    String part = version() == 2 ? "secret/metadata/" : "kv1/";
    assertThat(server.requests().since(mark))
        .extracting(request -> request.operation() + " " + request.path())
        .containsExactly(
            "read sys/policies/acl/" + name,
            "update sys/policies/acl/" + name,
            "delete sys/policies/acl/" + name,
            "update identity/group/name/" + name,
            "create " + part + "groundwork/owners/" + project,
            "list " + part + project + "/");
  }

  @Test
  void tellsTheVersionOfTheEngine() throws StepException {
    assertThat(vault().keyValueVersion()).contains(version());
  }

  @Test
  void logsInOnceForManyCallsAndOnceMoreWhenItsTokenIsRevoked() throws StepException {
    long mark = server.requests().mark();
    RealVault fresh = RealVault.withOperator(server, cluster, files, version());
    fresh.vault().policy("project-" + project);
    fresh.vault().policy("project-" + project);
    assertThat(logins(mark)).isEqualTo(1);

    server.root().write("sys/leases/revoke-prefix/auth/kubernetes/login", Map.of());
    fresh.vault().policy("project-" + project);
    fresh.vault().policy("project-" + project);

    assertThat(logins(mark)).isEqualTo(2);
  }

  private long logins(long mark) {
    return server.requests().since(mark).stream()
        .map(VaultRequests.Request::path)
        .filter("auth/kubernetes/login"::equals)
        .count();
  }
}
