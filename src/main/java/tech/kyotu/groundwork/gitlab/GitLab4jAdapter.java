package tech.kyotu.groundwork.gitlab;

import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.Invocation;
import jakarta.ws.rs.client.WebTarget;
import jakarta.ws.rs.core.Form;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.gitlab4j.api.GitLabApi;
import org.gitlab4j.api.GitLabApiClient;
import org.gitlab4j.api.utils.UrlEncoder;
import org.gitlab4j.models.Constants;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/**
 * GitLab by way of gitlab4j-api 6.2.0; the only file that knows it. All requests go through {@link
 * Calls}: the library's ready-made calls hide status and headers, read one page only, and turn
 * every failure into absence.
 *
 * <p>The process must run with {@code -Dsun.net.http.retryPost=false}: the JDK would otherwise send
 * a POST twice when a kept-alive connection drops, and a second token would live.
 */
public final class GitLab4jAdapter implements GitLab, AutoCloseable {

  private static final int MOST_PAGES = 200;
  private static final String PER_PAGE = "100";

  private static final Pattern MUST_BE_BEFORE =
      Pattern.compile("must be before (\\d{4}-\\d{2}-\\d{2})");

  private final Calls calls;
  private final GitLabSession session;

  /**
   * Talks to the GitLab of these settings; nothing is sent yet.
   *
   * @param settings where it is and who we are
   * @param clock our time
   * @throws IllegalArgumentException if the address is not https, or the file of authorities cannot
   *     be used
   */
  public GitLab4jAdapter(GroundworkConfig.GitLab settings, Clock clock) {
    this(settings, clock, Pause.REAL, ClientSettings.PATIENCE);
  }

  GitLab4jAdapter(GroundworkConfig.GitLab settings, Clock clock, Pause pause, Duration patience) {
    URI url = ServerTrust.requireTls(settings.url(), "gitlab.url");
    Optional<SSLContext> trust = ServerTrust.of(settings.caFile());
    calls = new Calls(url, ClientSettings.of(settings, trust, patience));
    session =
        new GitLabSession(
            new AddressCheck(url, trust, settings.proxy()),
            new CredentialFile(settings.tokenFile()),
            new Pacer(settings.requestsPerMinute(), clock, pause),
            clock,
            credential -> calls.read(credential, Map.of(), "personal_access_tokens", "self"));
  }

  @Override
  public void close() {
    calls.close();
  }

  @Override
  public Identity self() throws StepException {
    GitLabCall call = GitLabCall.get("look at its own token");
    return call.read(
        get(call, Map.of(), "personal_access_tokens", "self"),
        200,
        answer -> GitLabJson.identity(answer.object()));
  }

  @Override
  public Optional<Group> findGroup(String fullPath) throws StepException {
    // Mostly the parent of all groups, so its trouble is everybody's.
    return lookUp(GitLabCall.get("read group " + fullPath), UrlEncoder.urlEncode(fullPath))
        .filter(group -> group.fullPath().equals(fullPath));
  }

  @Override
  public Optional<Group> group(long id) throws StepException {
    return lookUp(GitLabCall.getOfOne("read group " + id), id);
  }

  private Optional<Group> lookUp(GitLabCall call, Object idOrPath) throws StepException {
    GitLabAnswer answer = get(call, Map.of("with_projects", "false"), "groups", idOrPath);
    if (answer.status() == 404) {
      return Optional.empty();
    }
    return Optional.of(call.read(answer, 200, good -> GitLabJson.group(good.object())));
  }

  @Override
  public List<Group> children(GroupRef parent) throws StepException {
    return pages(
        GitLabCall.get("list the groups below " + parent.fullPath()),
        Map.of(),
        GitLabJson::group,
        "groups",
        parent.id(),
        "subgroups");
  }

  @Override
  public List<Token> tokens(GroupRef group) throws StepException {
    LocalDate today = LocalDate.ofInstant(serverTime(), ZoneOffset.UTC);
    return pages(
            GitLabCall.getOfOne("list the tokens of group " + group.fullPath()),
            Map.of("state", "active"),
            GitLabJson::token,
            "groups",
            group.id(),
            "access_tokens")
        .stream()
        .filter(token -> !token.revoked())
        .filter(token -> token.expiresOn().map(day -> day.isAfter(today)).orElse(true))
        .toList();
  }

  @Override
  public GroupCreation createGroup(NewGroup wanted) throws StepException {
    Form form =
        new Form()
            .param("name", wanted.name())
            .param("path", wanted.path())
            .param("description", wanted.description())
            .param("visibility", "private");
    wanted.parent().ifPresent(parent -> form.param("parent_id", Long.toString(parent.id())));
    String below =
        wanted.parent().map(parent -> " in " + parent.fullPath()).orElse(" at top level");
    GitLabCall call = GitLabCall.post("create group " + wanted.path() + below);
    GitLabAnswer answer = post(call, form, "groups");
    if (answer.status() == 400) {
      String text = answer.errorText();
      if (text.contains("has already been taken") || text.contains("has been taken before")) {
        return new GroupCreation.Taken();
      }
      throw new RejectedException(
          Reason.NAME_RESERVED,
          "GitLab does not allow a group named \"%s\"%s (400). Choose another projectId."
              .formatted(wanted.path(), below));
    }
    if (answer.status() == 404) {
      throw new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "GitLab's group%s is absent or hidden. Create it, or grant Owner."
              .formatted(
                  wanted.parent().map(parent -> " \"" + parent.fullPath() + "\"").orElse("")));
    }
    return new GroupCreation.Created(
        call.read(answer, 201, good -> GitLabJson.group(good.object())));
  }

  @Override
  public Issuance issueToken(GroupRef group, NewToken wanted) throws StepException {
    Form form =
        new Form()
            .param("name", wanted.name())
            .param("description", wanted.description())
            .param("scopes[]", "read_registry")
            .param("access_level", "20")
            .param("expires_at", wanted.expiresOn().toString());
    GitLabCall call = GitLabCall.post("create a group token in " + group.fullPath());
    GitLabAnswer answer = post(call, form, "groups", group.id(), "access_tokens");
    Matcher bound = MUST_BE_BEFORE.matcher(answer.errorText());
    if (answer.status() == 400 && bound.find()) {
      return new Issuance.DateRefused(LocalDate.parse(bound.group(1)));
    }
    return call.read(answer, 201, good -> GitLabJson.issued(good.object(), wanted.expiresOn()));
  }

  @Override
  public Revocation revokeToken(GroupRef group, long tokenId) throws StepException {
    GitLabCall call = GitLabCall.delete("revoke token " + tokenId + " of " + group.fullPath());
    GitLabAnswer answer =
        session.send(
            call,
            credential -> calls.remove(credential, "groups", group.id(), "access_tokens", tokenId));
    // The same 404 means that we lost access. Only a group that we still see makes it absence.
    if (answer.status() == 404 && group(group.id()).isPresent()) {
      return Revocation.ABSENT;
    }
    call.require(answer, 204);
    return Revocation.REVOKED;
  }

  @Override
  public Instant serverTime() {
    return session.serverTime();
  }

  @Override
  public Duration skew() {
    return session.skew();
  }

  private <T> List<T> pages(
      GitLabCall call, Map<String, String> filter, GitLabAnswer.Row<T> row, Object... path)
      throws StepException {
    List<T> all = new ArrayList<>();
    Optional<String> page = Optional.of("1");
    for (int count = 0; page.isPresent(); count++) {
      if (count == MOST_PAGES) {
        throw call.unreadable(200);
      }
      Map<String, String> query = new HashMap<>(filter);
      query.put("per_page", PER_PAGE);
      query.put("page", page.get());
      GitLabAnswer answer = get(call, query, path);
      all.addAll(call.read(answer, 200, good -> good.rows(row)));
      page = call.read(answer, 200, GitLabAnswer::nextPage);
    }
    return all;
  }

  private GitLabAnswer get(GitLabCall call, Map<String, String> query, Object... path)
      throws StepException {
    return session.send(call, credential -> calls.read(credential, query, path));
  }

  private GitLabAnswer post(GitLabCall call, Form form, Object... path) throws StepException {
    return session.send(call, credential -> calls.create(credential, form, path));
  }

  /**
   * All requests. gitlab4j sets properties on each request, for which Jersey builds a new runtime
   * each time: 35 ms of processor time a call (gitlab4j-api 6.2.0 on two cores). Here they are set
   * once, on the one client that all requests share; that also lets redirects stay off.
   */
  private static final class Calls extends GitLabApiClient {

    private final Client client;
    private volatile String token = "";

    Calls(URI url, Map<String, Object> properties) {
      super(
          GitLabApi.ApiVersion.V4,
          url.toString(),
          Constants.TokenType.PRIVATE,
          "",
          null,
          properties);
      client = createApiClient();
    }

    GitLabAnswer read(SecretValue credential, Map<String, String> query, Object... path)
        throws IOException {
      token = credential.reveal();
      try (Response response = get(new MultivaluedHashMap<>(query), path)) {
        return GitLabAnswer.of(response);
      }
    }

    GitLabAnswer create(SecretValue credential, Form form, Object... path) throws IOException {
      token = credential.reveal();
      try (Response response = post(form, path)) {
        return GitLabAnswer.of(response);
      }
    }

    GitLabAnswer remove(SecretValue credential, Object... path) throws IOException {
      token = credential.reveal();
      try (Response response = delete(new MultivaluedHashMap<>(), path)) {
        return GitLabAnswer.of(response);
      }
    }

    @Override
    protected Invocation.Builder invocation(
        URL url, @Nullable MultivaluedMap<String, String> query, String accept) {
      WebTarget target = client.target(url.toExternalForm());
      if (query != null) {
        for (Map.Entry<String, List<String>> parameter : query.entrySet()) {
          target = target.queryParam(parameter.getKey(), parameter.getValue().toArray());
        }
      }
      return target.request(accept).header(PRIVATE_TOKEN_HEADER, token);
    }

    @Override
    public void close() {
      client.close();
      super.close();
    }
  }
}
