package tech.kyotu.groundwork.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.endtoend.Expected.ARGO;
import static tech.kyotu.groundwork.endtoend.Expected.FLUX;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.playground.Wishes;
import tech.kyotu.groundwork.playground.World;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.ServerBinary;
import tech.kyotu.groundwork.testing.SshGitServer;
import tech.kyotu.groundwork.testing.SshKey;

/** The packaged operator with two repositories over SSH, to which nobody has pushed yet. */
@Tag("trouble")
class SshRepositoriesIT {

  @TempDir private Path folder;

  @Test
  void setsUpEmptyRepositoriesAndAProjectInThem() throws IOException {
    ServerBinary.require(ServerBinary.values());
    SshKey ours = SshKey.of("EC");
    SshKey host = SshKey.of("EC");
    Path key = Files.writeString(folder.resolve("key"), ours.file(), UTF_8);
    try (World world = World.start(Wishes.in("ssh-repositories"));
        SshGitServer ssh = SshGitServer.before(world.git(), ours, host)) {
      Path hosts = Files.writeString(folder.resolve("known_hosts"), ssh.knownAs(host), UTF_8);
      HostedRepository flux = world.git().createEmpty("new-flux");
      HostedRepository deployment = world.git().createEmpty("new-deployment");
      Map<String, String> settings =
          Map.of(
              "groundwork.git.flux.url", ssh.url("new-flux"),
              "groundwork.git.flux.credential-file", key.toString(),
              "groundwork.git.flux.known-hosts-file", hosts.toString(),
              "groundwork.git.deployment.url", ssh.url("new-deployment"),
              "groundwork.git.deployment.credential-file", key.toString(),
              "groundwork.git.deployment.known-hosts-file", hosts.toString(),
              "groundwork.git.bootstrap", "true");
      try (Installation at = Installation.in(world, settings)) {
        at.create("shell");
        at.awaitStep("shell", FLUX, "True InPlace");
        at.awaitStep("shell", ARGO, "True InPlace");
      }
      assertThat(flux.files())
          .containsKeys("clusters/main/projects.yaml", "projects/shell-dev/tenant.yaml");
      assertThat(deployment.files())
          .containsKeys("root/root-application.yaml", "applications/shell-dev.yaml");
    }
  }
}
