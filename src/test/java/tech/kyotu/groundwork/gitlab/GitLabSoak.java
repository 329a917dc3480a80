package tech.kyotu.groundwork.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.gitlab.GitLab.Issuance;
import tech.kyotu.groundwork.gitlab.GitLab.NewToken;
import tech.kyotu.groundwork.gitlab.GitLab.Revocation;
import tech.kyotu.groundwork.gitlab.simulator.Fault;
import tech.kyotu.groundwork.gitlab.simulator.GitLabSimulator;
import tech.kyotu.groundwork.gitlab.simulator.Switch;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.testing.OpenFiles;
import tech.kyotu.groundwork.testing.Settings;

/** Ten thousand calls, in every kind of answer of answer; not part of the build. */
@Tag("soak")
class GitLabSoak {

  private static final int CALLS = 10_000;

  /** The server is in this process too, and its connections come and go. */
  private static final int LEEWAY = 20;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsNothingOpen(boolean throughProxy) throws Exception {
    try (GitLabSimulator gitlab = GitLabSimulator.start();
        ForwardProxy proxy = new ForwardProxy(0);
        GitLab4jAdapter adapter = adapter(gitlab, throughProxy, proxy)) {
      gitlab.flip(Switch.BOTS_GO_AT_ONCE, true);
      GroupRef shop = new GroupRef(gitlab.addGroup("platform/shop", "groundwork"), "platform/shop");
      long early = 0;
      while (gitlab.history().size() < CALLS) {
        eachKindOfAnswer(gitlab, adapter, shop);
        if (early == 0 && gitlab.history().size() > CALLS / 10) {
          early = OpenFiles.now();
        }
      }
      long late = OpenFiles.now();
      System.out.printf("soak: %d calls, %d files, then %d%n", CALLS, early, late);
      assertThat(late).isLessThanOrEqualTo(early + LEEWAY);
      assertThat(proxy.asked().isEmpty()).isNotEqualTo(throughProxy);
    }
  }

  private static void eachKindOfAnswer(GitLabSimulator gitlab, GitLab adapter, GroupRef shop)
      throws Exception {
    assertThat(adapter.group(shop.id())).isPresent();
    assertThat(adapter.findGroup("platform/none")).isEmpty();
    NewToken puller = new NewToken("puller", "", LocalDate.now(Clock.systemUTC()).plusDays(60));
    long id = ((Issuance.Issued) adapter.issueToken(shop, puller)).id();
    assertThat(adapter.tokens(shop)).hasSize(1);
    assertThat(adapter.revokeToken(shop, id)).isEqualTo(Revocation.REVOKED);
    assertThat(adapter.revokeToken(shop, id)).isEqualTo(Revocation.ABSENT);
    gitlab.arm(Fault.on("GET", "/groups/:id/subgroups").repliesHtml(502));
    assertThat(catchThrowable(() -> adapter.children(shop))).isInstanceOf(RetryableException.class);
    gitlab.arm(Fault.on("DELETE", "/groups/:id/access_tokens/:token").repliesHalfJson());
    assertThat(catchThrowable(() -> adapter.revokeToken(shop, id)))
        .isInstanceOf(RetryableException.class);
    gitlab.disarm();
  }

  private GitLab4jAdapter adapter(GitLabSimulator gitlab, boolean throughProxy, ForwardProxy proxy)
      throws IOException {
    gitlab.addUser("groundwork");
    Map<String, String> settings = new HashMap<>();
    settings.put("gitlab.url", gitlab.url());
    settings.put("gitlab.requests-per-minute", "1000000");
    settings.put(
        "gitlab.token-file",
        Files.writeString(
                folder.resolve("token"), gitlab.addPersonalToken("groundwork", "api").value())
            .toString());
    if (throughProxy) {
      settings.put("gitlab.proxy", proxy.url());
    }
    return new GitLab4jAdapter(Settings.of(settings).gitlab(), Clock.systemUTC());
  }
}
