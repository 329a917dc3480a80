package tech.kyotu.groundwork.gitlab;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.Invocation;
import jakarta.ws.rs.client.WebTarget;
import jakarta.ws.rs.core.Form;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.gitlab4j.api.AbstractApi;
import org.gitlab4j.api.GitLabApi;
import org.gitlab4j.api.GitLabApiClient;
import org.gitlab4j.api.GitLabApiException;
import org.gitlab4j.models.Constants;
import org.glassfish.jersey.apache.connector.ApacheClientProperties;
import org.glassfish.jersey.client.ClientProperties;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitlab.GitLabAnswer.UnreadableException;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
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

  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int READ_TIMEOUT_MS = 30_000;
  private static final int MOST_PAGES = 200;
  private static final String PER_PAGE = "100";
  private static final int CONNECTIONS = 16;

  private static final Pattern NEXT_PAGE =
      Pattern.compile("[?&]page=([0-9]{1,9})[^>]*>;\\s*rel=\"next\"");
  private static final Pattern MUST_BE_BEFORE =
      Pattern.compile("must be before (\\d{4}-\\d{2}-\\d{2})");

  private final GitLabApi api;
  private final Calls calls;
  private final CredentialFile credential;
  private final AddressCheck address;
  private final Pacer pacer;
  private final Clock clock;
  private volatile Duration skew = Duration.ZERO;

  /**
   * Talks to the GitLab of these settings; nothing is sent yet.
   *
   * @param settings where it is and who we are
   * @param clock our time
   * @throws IllegalArgumentException if the address is not https, or the file of authorities cannot
   *     be used
   */
  public GitLab4jAdapter(GroundworkConfig.GitLab settings, Clock clock) {
    this(settings, clock, new Pacer(settings.requestsPerMinute(), clock, Pause.REAL));
  }

  GitLab4jAdapter(GroundworkConfig.GitLab settings, Clock clock, Pacer pacer) {
    URI url = ServerTrust.requireTls(settings.url(), "gitlab.url");
    Optional<SSLContext> trust = ServerTrust.of(settings.caFile());
    this.clock = clock;
    this.pacer = pacer;
    credential = new CredentialFile(settings.tokenFile());
    address = new AddressCheck(url, trust, settings.proxy());
    api = new GitLabApi(GitLabApi.ApiVersion.V4, url.toString(), "");
    calls = new Calls(api, new SharedClient(url, properties(settings, trust)));
  }

  /** With a proxy gitlab4j changes to Apache's client, which takes its trust from elsewhere. */
  private static Map<String, Object> properties(
      GroundworkConfig.GitLab settings, Optional<SSLContext> trust) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ClientProperties.CONNECT_TIMEOUT, CONNECT_TIMEOUT_MS);
    properties.put(ClientProperties.READ_TIMEOUT, READ_TIMEOUT_MS);
    properties.put(ClientProperties.FOLLOW_REDIRECTS, false);
    trust.ifPresent(
        context ->
            properties.put(
                ClientProperties.SSL_CONTEXT_SUPPLIER, (Supplier<SSLContext>) () -> context));
    settings
        .proxy()
        .ifPresent(
            proxy -> {
              properties.put(ClientProperties.PROXY_URI, proxy.toString());
              properties.put(ApacheClientProperties.CONNECTION_MANAGER, connections(trust));
            });
    return properties;
  }

  private static PoolingHttpClientConnectionManager connections(Optional<SSLContext> trust) {
    SSLConnectionSocketFactory tls =
        trust
            .map(SSLConnectionSocketFactory::new)
            .orElseGet(SSLConnectionSocketFactory::getSocketFactory);
    PoolingHttpClientConnectionManager pool =
        new PoolingHttpClientConnectionManager(
            RegistryBuilder.<ConnectionSocketFactory>create()
                .register("http", PlainConnectionSocketFactory.getSocketFactory())
                .register("https", tls)
                .build());
    pool.setMaxTotal(CONNECTIONS);
    pool.setDefaultMaxPerRoute(CONNECTIONS);
    return pool;
  }

  @Override
  public void close() {
    calls.close();
    api.close();
  }

  @Override
  public Identity self() throws StepException {
    GitLabAnswer answer = get("look at its own token", Map.of(), "personal_access_tokens", "self");
    return read(
        Method.GET,
        expect(Method.GET, answer, 200, "look at its own token"),
        "look at its own token",
        json -> {
          Set<String> scopes = new HashSet<>();
          json.object().path("scopes").forEach(scope -> scopes.add(scope.asText("")));
          return new Identity(
              json.object().path("user_id").asLong(0),
              scopes,
              GitLabAnswer.day(json.object(), "expires_at"));
        });
  }

  @Override
  public Optional<Group> findGroup(String fullPath) throws StepException {
    return lookUp("read group " + fullPath, calls.encoded(fullPath))
        .filter(group -> group.fullPath().equals(fullPath));
  }

  @Override
  public Optional<Group> group(long id) throws StepException {
    return lookUp("read group " + id, id);
  }

  private Optional<Group> lookUp(String purpose, Object idOrPath) throws StepException {
    GitLabAnswer answer = get(purpose, Map.of("with_projects", "false"), "groups", idOrPath);
    if (answer.status() == 404 && answer.isJson()) {
      return Optional.empty();
    }
    return Optional.of(
        read(
            Method.GET,
            expect(Method.GET, answer, 200, purpose),
            purpose,
            json -> GitLabAnswer.group(json.object())));
  }

  @Override
  public List<Group> children(GroupRef parent) throws StepException {
    return pages(
        "list the groups below " + parent.fullPath(),
        Map.of(),
        GitLabAnswer::group,
        "groups",
        parent.id(),
        "subgroups");
  }

  @Override
  public List<Token> tokens(GroupRef group) throws StepException {
    LocalDate today = LocalDate.ofInstant(serverTime(), ZoneOffset.UTC);
    return pages(
            "list the tokens of group " + group.fullPath(),
            Map.of("state", "active"),
            GitLabAnswer::token,
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
    String purpose = "create group " + wanted.path() + below;
    GitLabAnswer answer = post(purpose, form, "groups");
    String text = answer.errorText();
    if (answer.status() == 400
        && (text.contains("has already been taken") || text.contains("has been taken before"))) {
      return new GroupCreation.Taken();
    }
    if (answer.status() == 400 && answer.isJson()) {
      throw new RejectedException(
          Reason.NAME_RESERVED,
          "GitLab does not allow a group named \"%s\"%s (400). Choose another projectId."
              .formatted(wanted.path(), below));
    }
    if (answer.status() == 404 && answer.isJson()) {
      throw new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "GitLab's group%s is absent or hidden. Create it, or grant Owner."
              .formatted(
                  wanted.parent().map(parent -> " \"" + parent.fullPath() + "\"").orElse("")));
    }
    return new GroupCreation.Created(
        read(
            Method.POST,
            expect(Method.POST, answer, 201, purpose),
            purpose,
            json -> GitLabAnswer.group(json.object())));
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
    String purpose = "create a group token in " + group.fullPath();
    GitLabAnswer answer = post(purpose, form, "groups", group.id(), "access_tokens");
    Matcher bound = MUST_BE_BEFORE.matcher(answer.errorText());
    if (answer.status() == 400 && bound.find()) {
      return new Issuance.DateRefused(LocalDate.parse(bound.group(1)));
    }
    return read(
        Method.POST,
        expect(Method.POST, answer, 201, purpose),
        purpose,
        json -> issued(json.object(), wanted));
  }

  private static Issuance issued(JsonNode json, NewToken wanted) throws UnreadableException {
    try {
      return new Issuance.Issued(
          GitLabAnswer.id(json),
          GitLabAnswer.time(json, "created_at"),
          GitLabAnswer.day(json, "expires_at").orElse(wanted.expiresOn()),
          SecretValue.of(GitLabAnswer.text(json, "token")));
    } catch (IllegalArgumentException noToken) {
      throw new UnreadableException("no token");
    }
  }

  @Override
  public Revocation revokeToken(GroupRef group, long tokenId) throws StepException {
    String purpose = "revoke token " + tokenId + " of " + group.fullPath();
    GitLabAnswer answer =
        send(
            Method.DELETE,
            purpose,
            () -> calls.remove("groups", group.id(), "access_tokens", tokenId));
    if (answer.status() == 404 && answer.isJson()) {
      // The same answer means that we lost access. Only a group that we still see makes it absence.
      if (group(group.id()).isPresent()) {
        return Revocation.ABSENT;
      }
      throw refusal(answer, purpose);
    }
    requireStatus(Method.DELETE, answer, 204, purpose);
    return Revocation.REVOKED;
  }

  @Override
  public Instant serverTime() {
    return clock.instant().plus(skew);
  }

  @Override
  public Duration skew() {
    return skew;
  }

  private interface Reader<S, T> {
    T read(S from) throws UnreadableException;
  }

  private enum Method {
    GET,
    POST,
    DELETE
  }

  private interface Request {
    Response send() throws GitLabApiException;
  }

  private <T> List<T> pages(
      String purpose, Map<String, String> filter, Reader<JsonNode, T> reader, Object... path)
      throws StepException {
    List<T> all = new ArrayList<>();
    Optional<String> page = Optional.of("1");
    for (int count = 0; page.isPresent(); count++) {
      if (count == MOST_PAGES) {
        throw unavailable(Method.GET, notReadable(purpose, 200));
      }
      Map<String, String> query = new HashMap<>(filter);
      query.put("per_page", PER_PAGE);
      query.put("page", page.get());
      GitLabAnswer answer = expect(Method.GET, get(purpose, query, path), 200, purpose);
      all.addAll(
          read(
              Method.GET,
              answer,
              purpose,
              json -> {
                List<T> rows = new ArrayList<>();
                for (JsonNode row : json.array()) {
                  rows.add(reader.read(row));
                }
                return rows;
              }));
      page = nextPage(answer);
    }
    return all;
  }

  private static Optional<String> nextPage(GitLabAnswer answer) {
    Optional<String> told = answer.header("x-next-page").filter(text -> text.matches("[0-9]{1,9}"));
    return told.isPresent()
        ? told
        : answer
            .header("link")
            .map(NEXT_PAGE::matcher)
            .filter(Matcher::find)
            .map(link -> link.group(1));
  }

  private GitLabAnswer get(String purpose, Map<String, String> query, Object... path)
      throws StepException {
    MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>(query);
    return send(Method.GET, purpose, () -> calls.read(parameters, path));
  }

  private GitLabAnswer post(String purpose, Form form, Object... path) throws StepException {
    return send(Method.POST, purpose, () -> calls.create(form, path));
  }

  /** One request; a second one only if our token was refused and its file holds another by now. */
  private GitLabAnswer send(Method method, String purpose, Request request) throws StepException {
    address.pass();
    SecretValue used = credential.current();
    calls.use(used);
    GitLabAnswer answer = once(method, purpose, request);
    if (answer.status() == 401 && credential.isReplaced(used)) {
      calls.use(credential.current());
      return once(method, purpose, request);
    }
    return answer;
  }

  private GitLabAnswer once(Method method, String purpose, Request request) throws StepException {
    pacer.acquire(method == Method.GET ? Pacer.Urgency.LATER : Pacer.Urgency.FIRST);
    GitLabAnswer answer;
    try (Response response = request.send()) {
      answer = calls.received(response);
    } catch (GitLabApiException | IOException | ProcessingException lost) {
      throw unavailable(method, "GitLab does not answer. Nothing to do unless it lasts.");
    }
    Instant now = clock.instant();
    answer.date().ifPresent(date -> skew = Duration.between(now, date));
    Pacer.Told told = answer.told(now);
    pacer.hear(told);
    if (answer.status() == 429) {
      throw pacer.asked(Pacer.stopFor(told));
    }
    boolean isEmptyOnPurpose = answer.status() == 204;
    if (answer.status() >= 500 || answer.status() < 200) {
      throw unavailable(
          method,
          "GitLab does not answer (" + answer.status() + "). Nothing to do unless it lasts.");
    }
    if (!answer.isJson() && !isEmptyOnPurpose) {
      throw unavailable(method, notReadable(purpose, answer.status()));
    }
    return answer;
  }

  private static GitLabAnswer expect(Method method, GitLabAnswer answer, int status, String purpose)
      throws StepException {
    requireStatus(method, answer, status, purpose);
    return answer;
  }

  private static void requireStatus(Method method, GitLabAnswer answer, int status, String purpose)
      throws StepException {
    if (answer.status() == status) {
      return;
    }
    if (answer.status() < 400) {
      throw unavailable(method, notReadable(purpose, answer.status()));
    }
    throw refusal(answer, purpose);
  }

  private static <T> T read(
      Method method, GitLabAnswer answer, String purpose, Reader<GitLabAnswer, T> reader)
      throws StepException {
    try {
      return reader.read(answer);
    } catch (UnreadableException strange) {
      throw unavailable(method, notReadable(purpose, answer.status()));
    }
  }

  private static String notReadable(String purpose, int status) {
    return "GitLab's answer to %s cannot be read (%d). Is a proxy in the way? It is tried again."
        .formatted(purpose, status);
  }

  /** After a POST nobody knows whether it took effect. */
  private static RetryableException unavailable(Method method, String message) {
    return switch (method) {
      case GET, DELETE -> new RetryableException(Reason.REMOTE_UNAVAILABLE, message);
      case POST -> RetryableException.outcomeUnknown(Reason.REMOTE_UNAVAILABLE, message);
    };
  }

  private static RejectedException refusal(GitLabAnswer answer, String purpose) {
    if (answer.status() == 404) {
      return new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "GitLab cannot %s (404): it is absent or hidden. Create it, or grant Owner."
              .formatted(purpose));
    }
    return new RejectedException(
        Reason.ACCESS_DENIED,
        "GitLab refused to %s (%d). Give the operator's token scope api and role Owner there."
            .formatted(purpose, answer.status()));
  }

  /**
   * All requests. Overriding the library's check leaves the whole answer to us: it would take any
   * of 200 to 204 for any other, and drop the headers of good answers.
   */
  private static final class Calls extends AbstractApi {

    private final SharedClient client;

    Calls(GitLabApi api, SharedClient client) {
      super(api);
      this.client = client;
    }

    @Override
    protected GitLabApiClient getApiClient() {
      return client;
    }

    void use(SecretValue credential) {
      client.token = credential.reveal();
    }

    void close() {
      client.close();
    }

    /** A full path as one segment of a URL. */
    String encoded(String path) {
      try {
        return urlEncode(path);
      } catch (GitLabApiException impossible) {
        throw new IllegalArgumentException("a path that cannot be encoded", impossible);
      }
    }

    Response read(MultivaluedMap<String, String> query, Object... path) throws GitLabApiException {
      return get(Response.Status.OK, query, path);
    }

    Response create(Form form, Object... path) throws GitLabApiException {
      return post(Response.Status.CREATED, form, path);
    }

    Response remove(Object... path) throws GitLabApiException {
      return delete(Response.Status.NO_CONTENT, null, path);
    }

    @Override
    protected Response validate(Response response, Response.Status expected) {
      return response;
    }

    GitLabAnswer received(Response response) throws IOException {
      Map<String, String> headers = new HashMap<>();
      response
          .getStringHeaders()
          .forEach(
              (name, values) ->
                  headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
      byte[] body = new byte[0];
      if (response.hasEntity()) {
        try (InputStream stream = response.readEntity(InputStream.class)) {
          body = stream.readNBytes(GitLabAnswer.LONGEST + 1);
        }
      }
      return GitLabAnswer.of(response.getStatus(), headers, body);
    }
  }

  /**
   * gitlab4j sets properties on each request, for which Jersey builds a new runtime each time: 35
   * ms of processor time a call (gitlab4j-api 6.2.0 on two cores). Here they are set once, on the
   * one client that all requests share; that also lets redirects stay off.
   */
  private static final class SharedClient extends GitLabApiClient {

    private final Client client;
    private volatile String token = "";

    SharedClient(URI url, Map<String, Object> properties) {
      super(
          GitLabApi.ApiVersion.V4,
          url.toString(),
          Constants.TokenType.PRIVATE,
          "",
          null,
          properties);
      client = createApiClient();
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
