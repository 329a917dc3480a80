package tech.kyotu.groundwork.gitlab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.Sanitizer;

/**
 * The registry's login by the JDK's HTTP client: {@code /v2/} names the realm, the realm takes the
 * token as a password. The token goes to GitLab's own host or one of the settings, wherever the
 * registry would like to send it.
 */
public final class HttpImageRegistry implements ImageRegistry {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration REALM_HOLDS = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern PARAMETER = Pattern.compile("(realm|service)=\"([^\"]*)\"");

  private record Realm(URI address, Instant readAt) {

    private boolean holds(Instant now) {
      return !readAt.isAfter(now) && readAt.plus(REALM_HOLDS).isAfter(now);
    }
  }

  private final URI root;
  private final String host;
  private final Set<String> realmHosts = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final BoundedClient client;
  private final LoginLimit limit;
  private final Clock clock;
  private volatile @Nullable Realm realm;

  /**
   * Talks to the registry of these settings; nothing is sent yet.
   *
   * @param settings where it is, and which hosts may ask for a login
   * @param gitlab GitLab's address; its host may ask
   * @param clock our time
   * @throws IllegalArgumentException if the file of authorities cannot be used, or the host is none
   */
  public HttpImageRegistry(GroundworkConfig.Registry settings, URI gitlab, Clock clock) {
    this(settings, gitlab, clock, PATIENCE);
  }

  HttpImageRegistry(
      GroundworkConfig.Registry settings, URI gitlab, Clock clock, Duration patience) {
    host = settings.host();
    URI plain = URI.create("http://" + host + "/v2/");
    root = isLoopback(plain) ? plain : URI.create("https://" + host + "/v2/");
    realmHosts.add(gitlab.getHost());
    settings.realmHosts().ifPresent(realmHosts::addAll);
    client = new BoundedClient(ServerTrust.of(settings.caFile()), settings.proxy(), patience);
    limit = new LoginLimit(clock);
    this.clock = clock;
  }

  @Override
  public void requireReady() throws RetryableException {
    realm();
  }

  @Override
  public Verdict probe(String user, SecretValue value) throws RetryableException {
    URI address = realm();
    limit.pass(user);
    BoundedClient.Answer answer =
        send(
            HttpRequest.newBuilder(address)
                .header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(value.asLogin(user))));
    JsonNode body = body(answer);
    if (answer.status() == 200 && body.path("token").isTextual()) {
      return new Verdict.Accepted();
    }
    // A ban is a 403 too, but in plain text; it proves nothing about the token.
    if (answer.status() == 401 || (answer.status() == 403 && body.path("errors").isArray())) {
      limit.refused(user);
      return new Verdict.Refused(answer.status());
    }
    throw trouble("answers a login with " + answer.status());
  }

  private URI realm() throws RetryableException {
    Realm known = realm;
    if (known != null && known.holds(clock.instant())) {
      return known.address;
    }
    BoundedClient.Answer answer = send(HttpRequest.newBuilder(root));
    String challenge = answer.headers().firstValue("WWW-Authenticate").orElse("");
    if (answer.status() != 401 || !challenge.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
      throw trouble("does not ask for a login at /v2/ (" + answer.status() + ")");
    }
    URI address = address(challenge);
    realm = new Realm(address, clock.instant());
    return address;
  }

  private URI address(String challenge) throws RetryableException {
    String address = "";
    String service = "";
    Matcher matcher = PARAMETER.matcher(challenge);
    while (matcher.find()) {
      if (matcher.group(1).equals("realm")) {
        address = matcher.group(2);
      } else {
        service = matcher.group(2);
      }
    }
    URI uri;
    try {
      uri = URI.create(address);
    } catch (IllegalArgumentException unreadable) {
      throw trouble("names no readable place to log in");
    }
    boolean isSafe =
        "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && isLoopback(uri));
    if (!isSafe || uri.getHost() == null || !realmHosts.contains(uri.getHost())) {
      throw trouble(
          "wants the login at "
              + Sanitizer.foreign(uri.getHost())
              + ", which registry.realm-hosts does not allow");
    }
    String joint = uri.getRawQuery() == null ? "?" : "&";
    return URI.create(
        uri + joint + "service=" + URLEncoder.encode(service, StandardCharsets.UTF_8));
  }

  private BoundedClient.Answer send(HttpRequest.Builder request) throws RetryableException {
    try {
      return client.get(request);
    } catch (IOException lost) {
      throw trouble(
          ServerTrust.isDistrust(lost)
              ? "has a certificate that is not trusted or for another host (see registry.ca-file)"
              : "does not answer (" + lost.getClass().getSimpleName() + ")");
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw trouble("was not asked, the operator is stopping");
    }
  }

  /** The answer as JSON; an empty object if it is none. */
  private static JsonNode body(BoundedClient.Answer answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException notJson) {
      return JSON.createObjectNode();
    }
  }

  private static boolean isLoopback(URI uri) {
    return uri.getHost() != null && ServerTrust.isLoopback(uri.getHost());
  }

  private RetryableException trouble(String what) {
    return new RetryableException(
        Reason.PROBE_FAILED,
        "The registry "
            + host
            + " "
            + what
            + ", so no new token is tried. Check the registry address in the operator's settings.");
  }
}
