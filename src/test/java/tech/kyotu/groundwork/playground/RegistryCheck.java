package tech.kyotu.groundwork.playground;

import static tech.kyotu.groundwork.playground.Look.unless;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
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
  private final GitLabSimulator gitlab;
  private final KubernetesClient admin;
  private final Map<String, PullLogin> logins = new HashMap<>();

  RegistryCheck(GitLabSimulator gitlab, KubernetesClient admin) {
    this.gitlab = gitlab;
    this.admin = admin;
  }

  void present(Sample sample, List<Sample> all, Verdicts verdicts) {
    String name = sample.name();
    verdicts.check(
        "pull secret of " + name + " pulls " + sample.image() + " from the registry",
        () -> {
          PullLogin login = loginOf(name);
          logins.put(name, login);
          return unless(login.pulls(gitlab, sample.image()), "the registry refuses " + login);
        });
    all.stream()
        .filter(other -> !other.projectId().equals(sample.projectId()))
        .findFirst()
        .ifPresent(
            other ->
                verdicts.check(
                    "pull secret of " + name + " does not pull " + other.image(),
                    () -> unless(!loginOf(name).pulls(gitlab, other.image()), "it does")));
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
          PullLogin login = logins.get(sample.name());
          return login == null
              ? Optional.of("it was never read")
              : unless(!login.pulls(gitlab, sample.image()), "it still does");
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

  private long timesMade(String group) {
    return gitlab.history().stream()
        .flatMap(entry -> entry.changes().stream())
        .filter(change -> change.what().equals("group created") && change.name().equals(group))
        .count();
  }

  private PullLogin loginOf(String namespace) throws IOException {
    return PullLogin.in(namespace, admin, gitlab);
  }
}
