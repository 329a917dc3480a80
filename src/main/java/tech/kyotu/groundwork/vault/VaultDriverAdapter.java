package tech.kyotu.groundwork.vault;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.jopenlibs.vault.EnvironmentLoader;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.api.Logical;
import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/**
 * Vault by way of vault-java-driver 6.2.1, in version 1 mode with full API paths: in version 2 mode
 * the driver puts {@code data} into every path, also into those of {@code sys}. The driver sends;
 * what came back is read from the {@link Exchange}, because the driver takes most refusals for
 * success.
 */
public final class VaultDriverAdapter implements Vault {

  private static final Logger LOG = Logger.getLogger(VaultDriverAdapter.class);
  private static final Duration CALL = Duration.ofSeconds(15);

  /** How long what we know of the server serves. */
  private static final Duration HOLDS = Duration.ofMinutes(5);

  /** Bytes of an answer. */
  private static final int LONGEST = 1 << 20;

  /** Bytes of a list: 10,000 Projects have 20,000 policies, of up to 80 letters each. */
  private static final int LONGEST_LIST = 16 << 20;

  /** Keeps the driver from looking for addresses and tokens in the environment. */
  private static final EnvironmentLoader NOTHING =
      new EnvironmentLoader() {
        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable String loadVariable(String name) {
          return null;
        }
      };

  private final GroundworkConfig.Vault settings;
  private final VaultPaths paths;
  private final String address;
  private final Duration deadline;
  private final HttpClient http;
  private final Session session;
  private final Wire wire = new Wire();
  private final AliasedGroups aliased;
  private final Remembered<Optional<Integer>> version;

  /**
   * Vault at the address of the settings. Nothing is called yet.
   *
   * @param settings with an address
   * @param clock tells when a token is due for renewal
   * @throws IllegalArgumentException if there is no address, or the file with authorities is bad
   */
  public VaultDriverAdapter(GroundworkConfig.Vault settings, Clock clock) {
    this(settings, clock, CALL);
  }

  VaultDriverAdapter(GroundworkConfig.Vault settings, Clock clock, Duration deadline) {
    this.settings = settings;
    this.paths = new VaultPaths(settings);
    this.address =
        settings
            .address()
            .map(uri -> uri.toString().replaceAll("/+$", ""))
            .orElseThrow(() -> new IllegalArgumentException("vault.address is empty"));
    this.deadline = deadline;
    this.http = Transport.to(settings);
    this.session =
        new Session(
            new Login(
                settings,
                paths,
                (token, path, body) -> {
                  forget();
                  return wire.send(
                      Answer.Call.WRITE, token, path, logical -> logical.write(path, body));
                }),
            clock);
    this.aliased = new AliasedGroups(wire, paths, settings.oidcMount(), clock);
    this.version = new Remembered<>(this::readVersion, clock);
  }

  @Override
  public Optional<String> policy(String name) throws StepException {
    return wire.read(paths.policy(name)).map(answer -> answer.path("data").path("policy").asText());
  }

  @Override
  public void writePolicy(String name, String text) throws StepException {
    wire.write(paths.policy(name), Map.of("policy", text));
  }

  @Override
  public void deletePolicy(String name) throws StepException {
    wire.delete(paths.policy(name));
  }

  @Override
  public Optional<Group> group(String name) throws StepException {
    return wire.read(paths.group(name)).map(answer -> Readings.groupOf(answer.path("data")));
  }

  @Override
  public void writeGroup(
      String name, Set<String> policies, Set<String> members, Map<String, String> metadata)
      throws StepException {
    wire.write(paths.group(name), Readings.bodyOf(policies, members, metadata));
  }

  @Override
  public void deleteGroup(String name) throws StepException {
    wire.delete(paths.group(name));
  }

  @Override
  public boolean hasGroup(String id) throws StepException {
    return wire.read(paths.groupById(id)).isPresent();
  }

  @Override
  public Optional<Group> externalGroup(String mail) throws StepException {
    return aliased.of(mail);
  }

  @Override
  public String createExternalGroup(String mail) throws StepException {
    return aliased.create(mail);
  }

  @Override
  public void deleteExternalGroup(Group group) throws StepException {
    aliased.delete(group);
  }

  @Override
  public Optional<Role> role(String name) throws StepException {
    return wire.read(paths.role(name)).map(answer -> Readings.roleOf(answer.path("data")));
  }

  @Override
  public void writeRole(String name, Role role) throws StepException {
    wire.write(paths.role(name), Readings.bodyOf(role));
  }

  @Override
  public void deleteRole(String name) throws StepException {
    wire.delete(paths.role(name));
  }

  @Override
  public Optional<Map<String, String>> owner(String project) throws StepException {
    return wire.read(paths.owner(project))
        .map(answer -> answer.path("data"))
        .map(data -> Readings.textsOf(paths.isVersioned() ? data.path("custom_metadata") : data));
  }

  @Override
  public void writeOwner(String project, Map<String, String> mark) throws StepException {
    wire.write(
        paths.owner(project),
        paths.isVersioned() ? Map.of("custom_metadata", mark) : new HashMap<>(mark));
  }

  @Override
  public void deleteOwner(String project) throws StepException {
    wire.delete(paths.owner(project));
  }

  @Override
  public List<String> list(String folder) throws StepException {
    return wire.list(paths.secrets(folder)).stream().sorted().toList();
  }

  @Override
  public Set<String> policies() throws StepException {
    return wire.list(VaultPaths.POLICIES);
  }

  @Override
  public Set<String> groups() throws StepException {
    return wire.list(VaultPaths.GROUPS);
  }

  @Override
  public Set<String> roles() throws StepException {
    return wire.list(paths.roles());
  }

  @Override
  public void destroy(String secret) throws StepException {
    wire.delete(paths.secrets(secret));
  }

  @Override
  public Optional<Integer> keyValueVersion() throws StepException {
    Optional<Integer> found = version.youngerThan(HOLDS);
    if (found.filter(number -> number != settings.kvVersion()).isPresent()) {
      // Somebody has to mend that, and should not have to wait until we notice.
      version.forget();
    }
    return found;
  }

  private Optional<Integer> readVersion() throws StepException {
    String path = paths.mount();
    Answer answer =
        wire.send(Answer.Call.READ, session.token(), path, logical -> logical.read(path));
    if (answer.status() == 403) {
      return Optional.empty();
    }
    return answer
        .check(Answer.Call.READ, path)
        .map(body -> body.path("data").path("options").path("version").asInt(1));
  }

  /** What is remembered of the server may be the cause of a refusal. */
  private void forget() {
    version.forget();
    aliased.forget();
  }

  /** Single calls, by way of the driver. */
  private final class Wire implements Calls {

    @Override
    public Optional<JsonNode> read(String path) throws StepException {
      return call(Answer.Call.READ, path, logical -> logical.read(path));
    }

    @Override
    public Optional<JsonNode> lookup(String path, Map<String, Object> body) throws StepException {
      return call(Answer.Call.LOOKUP, path, logical -> logical.write(path, inDriversWords(body)));
    }

    @Override
    public Optional<JsonNode> write(String path, Map<String, Object> body) throws StepException {
      Optional<JsonNode> told =
          call(Answer.Call.WRITE, path, logical -> logical.write(path, inDriversWords(body)));
      told.ifPresent(answer -> warn(path, answer));
      return told;
    }

    @Override
    public void delete(String path) throws StepException {
      call(Answer.Call.DELETE, path, logical -> logical.delete(path));
    }

    Set<String> list(String path) throws StepException {
      return call(Answer.Call.LIST, path, logical -> logical.list(path))
          .map(answer -> Readings.setOf(answer.path("data").path("keys")))
          .orElse(Set.of());
    }

    /** A refusal may mean that the token ended: one new login, one repeat. */
    private Optional<JsonNode> call(Answer.Call kind, String path, Sending sending)
        throws StepException {
      String token = session.token();
      Answer answer = send(kind, token, path, sending);
      if (answer.status() == 403) {
        session.refused(token);
        forget();
        answer = send(kind, session.token(), path, sending);
      }
      try {
        return answer.check(kind, path);
      } catch (RejectedException refused) {
        forget();
        throw refused;
      }
    }

    Answer send(Answer.Call kind, String token, String path, Sending sending)
        throws RetryableException {
      Exchange exchange =
          new Exchange(http, deadline, kind == Answer.Call.LIST ? LONGEST_LIST : LONGEST);
      try {
        sending.by(logical(exchange, token));
      } catch (VaultException e) {
        // The driver throws on some answers and not on others. All are judged in one place, below;
        // its message holds the whole body and must not go anywhere.
        LOG.tracef("the driver is not content with the answer at %s", path);
      }
      if (!exchange.isSent()) {
        throw new IllegalStateException("the driver sent nothing to " + path);
      }
      return exchange.answer().orElseThrow(() -> Answer.none(kind, path));
    }
  }

  private Logical logical(Exchange exchange, String token) throws VaultException {
    VaultConfig config =
        new VaultConfig()
            .environmentLoader(NOTHING)
            .address(address)
            .token(token)
            .engineVersion(1)
            .httpClient(exchange)
            .build();
    // One configuration per call: they are not safe to share, and a token never changes in one.
    return io.github.jopenlibs.vault.Vault.create(config, 1).logical();
  }

  /** A call of the driver. */
  @FunctionalInterface
  private interface Sending {
    void by(Logical logical) throws VaultException;
  }

  /** Vault tells of ignored fields in a success; that means it is of another version than ours. */
  private static void warn(String path, JsonNode answer) {
    if (answer.path("warnings").size() > 0) {
      LOG.warnf("vault has %d warnings on %s", answer.path("warnings").size(), path);
    }
  }

  /** The driver writes a Java list, and a map, as one text. */
  private static Map<String, Object> inDriversWords(Map<String, Object> body) {
    Map<String, Object> words = new HashMap<>(body);
    words.replaceAll((field, value) -> inDriversWords(value));
    return words;
  }

  private static Object inDriversWords(Object value) {
    if (value instanceof Collection<?> texts) {
      JsonArray array = new JsonArray();
      texts.stream().map(Object::toString).sorted().forEach(array::add);
      return array;
    }
    if (value instanceof Map<?, ?> texts) {
      JsonObject object = new JsonObject();
      texts.forEach((key, text) -> object.add(key.toString(), text.toString()));
      return object;
    }
    return value;
  }
}
