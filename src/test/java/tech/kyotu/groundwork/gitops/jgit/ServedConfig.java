package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.testing.GitServer;
import tech.kyotu.groundwork.testing.Settings;

/** Settings for a clone of a Flux repository that a test serves over HTTP. */
final class ServedConfig {

  private ServedConfig() {}

  /** With the login of this server; see {@link #of(Path, String, String, Map)}. */
  static GroundworkConfig of(Path folder, String url, GitServer server, Map<String, String> others)
      throws IOException {
    return of(folder, url, server.username() + ":" + server.token(), others);
  }

  /**
   * Of one repository.
   *
   * @param folder where the login is written, and the clone is made
   * @param others further or other settings, by name
   */
  static GroundworkConfig of(Path folder, String url, String login, Map<String, String> others)
      throws IOException {
    Map<String, String> all = new HashMap<>();
    all.put("git.flux.url", url);
    all.put(
        "git.flux.credential-file",
        Files.writeString(folder.resolve("credential"), login).toString());
    all.put("git.allow-plain-http", "true");
    all.put("git.clone-folder", folder.resolve("clones").toString());
    all.putAll(others);
    return Settings.of(all);
  }
}
