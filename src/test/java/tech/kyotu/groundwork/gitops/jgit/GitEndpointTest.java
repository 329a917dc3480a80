package tech.kyotu.groundwork.gitops.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.testing.Settings;

class GitEndpointTest {

  @TempDir private Path folder;

  private GitEndpoint endpoint(String url, String... settings) throws IOException {
    Path credential = Files.writeString(folder.resolve("credential"), "user:token");
    Map<String, String> given = new HashMap<>();
    given.put("git.flux.url", url);
    given.put("git.flux.credential-file", credential.toString());
    for (int i = 0; i < settings.length; i += 2) {
      given.put(settings[i], settings[i + 1]);
    }
    GroundworkConfig.Git git = Settings.of(given).git();
    return GitEndpoint.of(PathFence.FLUX, git.flux(), git.allowPlainHttp());
  }

  @ParameterizedTest
  @CsvSource({
    "ssh://git@git.example.com/flux.git, known-hosts-file is needed",
    "ssh://git:hidden@git.example.com/flux.git, holds a password",
    "ssh://-l@git.example.com/flux.git, must be ssh://user@host/path",
    "ssh://git@git.example.com/-x, must be ssh://user@host/path",
    "ssh://-oProxyCommand=x/flux.git, must be a host and a path",
    "http://git.example.com/flux.git, must start with https://",
    "file:///srv/flux.git, must start with https://",
    "https://user:hidden@git.example.com/flux.git, holds a password",
    "https://git.example.com/flux.git?x=1, must be a host and a path"
  })
  void refusesAnAddressThatItDoesNotUseInOneSentence(String url, String sentence) {
    assertThatThrownBy(() -> endpoint(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence)
        .hasMessageNotContaining("hidden");
  }

  @Test
  void takesTheUserOutOfTheAddress() throws Exception {
    assertThat(endpoint("https://someone@git.example.com:8443/a/flux.git").address())
        .hasToString("https://git.example.com:8443/a/flux.git");
  }

  @Test
  void takesPlainHttpOnlyIfASettingSaysSo() throws Exception {
    assertThat(endpoint("http://localhost/flux.git", "git.allow-plain-http", "true").address())
        .hasToString("http://localhost/flux.git");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example.com/flux.git/info/refs",
        "https://git.example.com:444/flux.git/info/refs",
        "http://git.example.com/flux.git/info/refs",
        "https://git.example.com.evil.example.com/flux.git"
      })
  void opensNoConnectionToAnyOtherPlace(String url) throws Exception {
    HttpEndpoint endpoint = (HttpEndpoint) endpoint("https://git.example.com/flux.git");
    assertThatThrownBy(() -> endpoint.open(new URL(url))).isInstanceOf(IOException.class);
  }

  @Test
  void followsNoRedirect() throws Exception {
    HttpURLConnection connection =
        ((HttpEndpoint) endpoint("https://git.example.com/flux.git"))
            .open(new URL("https://git.example.com:443/flux.git/info/refs"));
    assertThat(connection.getInstanceFollowRedirects()).isFalse();
  }
}
