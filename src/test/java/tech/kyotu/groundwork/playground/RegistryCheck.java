package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static tech.kyotu.groundwork.playground.Look.unless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.gitlab.simulator.GitLabSimulator;
import tech.kyotu.groundwork.gitlab.simulator.TokenView;

/** What is promised in GitLab and its registry: a group, one live token, a login that pulls. */
final class RegistryCheck {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final GitLabSimulator gitlab;
  private final KubernetesClient admin;
  private final Map<String, Login> logins = new HashMap<>();

  /** As a kubelet takes it from the pull secret. */
  private record Login(String user, String password) {
    @Override
    public String toString() {
      return "Login[user=" + user + "]";
    }
  }

  RegistryCheck(GitLabSimulator gitlab, KubernetesClient admin) {
    this.gitlab = gitlab;
    this.admin = admin;
  }

  void present(Sample sample, List<Sample> all, Verdicts verdicts) {
    String name = sample.name();
    verdicts.check(
        "pull secret of " + name + " pulls " + sample.image() + " from the registry",
        () -> {
          Login login = loginOf(name);
          logins.put(name, login);
          return unless(pulls(login, sample.image()), "the registry refuses " + login);
        });
    all.stream()
        .filter(other -> !other.projectId().equals(sample.projectId()))
        .findFirst()
        .ifPresent(
            other ->
                verdicts.check(
                    "pull secret of " + name + " does not pull " + other.image(),
                    () -> unless(!pulls(loginOf(name), other.image()), "it does")));
    verdicts.check(
        "exactly one token of " + name + " is live, and may only pull",
        () -> {
          List<TokenView> live = liveTokens(sample);
          return unless(
              live.size() == 1
                  && live.get(0).level() == 20
                  && live.get(0).scopes().equals(List.of("read_registry")),
              "live: " + live);
        });
  }

  /** Two environments of one project share one group, made once. */
  void shared(List<Sample> all, Verdicts verdicts) {
    Set<String> groups = new LinkedHashSet<>();
    all.forEach(sample -> groups.add(sample.group()));
    for (String group : groups) {
      List<String> users =
          all.stream().filter(it -> it.group().equals(group)).map(Sample::name).toList();
      verdicts.check(
          "GitLab group " + group + " was made once, for " + String.join(" and ", users),
          () -> unless(timesMade(group) == 1, "it was made " + timesMade(group) + " times"));
    }
  }

  void absent(Sample sample, Verdicts verdicts) {
    verdicts.check(
        "every token of " + sample.name() + " is revoked",
        () -> unless(liveTokens(sample).isEmpty(), "live: " + liveTokens(sample)));
    verdicts.check(
        "what the pull secret of " + sample.name() + " held pulls no more",
        () -> {
          Login login = logins.get(sample.name());
          return login == null
              ? Optional.of("it was never read")
              : unless(!pulls(login, sample.image()), "it still does");
        });
    verdicts.check(
        "GitLab group " + sample.group() + " stays",
        () -> unless(gitlab.tokens(sample.group()) != null, "it is gone"));
  }

  private List<TokenView> liveTokens(Sample sample) {
    return gitlab.liveTokens(sample.group()).stream()
        .filter(token -> token.name().contains("_" + sample.uid() + "_"))
        .toList();
  }

  private boolean pulls(Login login, String image) {
    return gitlab.pulls(login.user(), login.password(), image);
  }

  private long timesMade(String group) {
    return gitlab.history().stream()
        .flatMap(entry -> entry.changes().stream())
        .filter(change -> change.what().equals("group created") && change.name().equals(group))
        .count();
  }

  private Login loginOf(String namespace) throws IOException {
    Secret secret = admin.secrets().inNamespace(namespace).withName(ClusterCheck.PULL_SECRET).get();
    if (secret == null) {
      throw new IOException("there is no pull secret in " + namespace);
    }
    String file =
        new String(Base64.getDecoder().decode(secret.getData().get(".dockerconfigjson")), UTF_8);
    JsonNode host = JSON.readTree(file).path("auths").path(gitlab.registryHost());
    String[] basic =
        new String(Base64.getDecoder().decode(host.path("auth").asText()), UTF_8).split(":", 2);
    if (basic.length != 2) {
      throw new IOException("the pull secret has no login for " + gitlab.registryHost());
    }
    return new Login(basic[0], basic[1]);
  }
}
