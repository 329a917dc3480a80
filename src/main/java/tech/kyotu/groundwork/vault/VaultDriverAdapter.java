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
import java.util.TreeSet;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Reason;
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
                (token, path, body) ->
                    send(Answer.Call.WRITE, token, path, logical -> logical.write(path, body))),
            clock);
  }

  @Override
  public Optional<String> policy(String name) throws StepException {
    return read(paths.policy(name)).map(answer -> answer.path("data").path("policy").asText());
  }

  @Override
  public void writePolicy(String name, String text) throws StepException {
    write(paths.policy(name), Map.of("policy", text));
  }

  @Override
  public void deletePolicy(String name) throws StepException {
    delete(paths.policy(name));
  }

  @Override
  public Optional<Group> group(String name) throws StepException {
    return read(paths.group(name)).map(answer -> Readings.groupOf(answer.path("data")));
  }

  @Override
  public void writeGroup(
      String name, Set<String> policies, Set<String> members, Map<String, String> metadata)
      throws StepException {
    write(
        paths.group(name),
        Map.of(
            "type",
            "internal",
            "policies",
            array(policies),
            "member_group_ids",
            array(members),
            "metadata",
            object(metadata)));
  }

  @Override
  public void deleteGroup(String name) throws StepException {
    delete(paths.group(name));
  }

  @Override
  public boolean hasGroup(String id) throws StepException {
    return read(paths.groupById(id)).isPresent();
  }

  @Override
  public Optional<Group> externalGroup(String mail) throws StepException {
    String path = VaultPaths.LOOKUP_GROUP;
    Map<String, Object> body =
        Map.of("alias_name", mail, "alias_mount_accessor", accessorOfPeople());
    return call(Answer.Call.LOOKUP, path, logical -> logical.write(path, body))
        .map(answer -> Readings.groupOf(answer.path("data")));
  }

  @Override
  public void createExternalGroup(String mail) throws StepException {
    String name = VaultNames.externalGroup(mail);
    Optional<Group> present = group(name);
    if (present.isPresent() && !ExternalGroups.isOurs(present.get())) {
      throw new RejectedException(
          Reason.OWNERSHIP_CONFLICT,
          "Vault group " + name + " was made by somebody else. Rename it, or give it the alias.");
    }
    write(
        paths.group(name),
        Map.of(
            "type",
            "external",
            "metadata",
            object(Map.of(Marks.MANAGED_BY, OwnerMark.GROUNDWORK))));
    Group made = group(name).orElseThrow(() -> vanished(name));
    try {
      write(
          VaultPaths.ALIASES,
          Map.of("name", mail, "mount_accessor", accessorOfPeople(), "canonical_id", made.id()));
    } catch (RejectedException refused) {
      // Vault 1.13 takes an alias once. If it is there now, somebody else was first.
      if (externalGroup(mail).isEmpty()) {
        throw refused;
      }
    }
  }

  @Override
  public void deleteExternalGroup(Group group) throws StepException {
    if (group.aliasId().isPresent()) {
      delete(paths.alias(group.aliasId().get()));
    }
    delete(paths.group(group.name()));
  }

  @Override
  public Optional<Role> role(String name) throws StepException {
    return read(paths.role(name)).map(answer -> Readings.roleOf(answer.path("data")));
  }

  @Override
  public void writeRole(String name, Role role) throws StepException {
    write(
        paths.role(name),
        Map.of(
            "bound_service_account_names",
            array(role.serviceAccounts()),
            "bound_service_account_namespaces",
            array(role.namespaces()),
            "audience",
            role.audience(),
            "alias_name_source",
            role.aliasNameSource(),
            "token_policies",
            array(role.policies()),
            "token_ttl",
            role.ttl().toSeconds(),
            "token_max_ttl",
            role.maxTtl().toSeconds()));
  }

  @Override
  public void deleteRole(String name) throws StepException {
    delete(paths.role(name));
  }

  @Override
  public Optional<Map<String, String>> owner(String project) throws StepException {
    return read(paths.owner(project))
        .map(answer -> answer.path("data"))
        .map(data -> Readings.textsOf(paths.isVersioned() ? data.path("custom_metadata") : data));
  }

  @Override
  public void writeOwner(String project, Map<String, String> mark) throws StepException {
    write(
        paths.owner(project),
        paths.isVersioned() ? Map.of("custom_metadata", object(mark)) : new HashMap<>(mark));
  }

  @Override
  public void deleteOwner(String project) throws StepException {
    delete(paths.owner(project));
  }

  @Override
  public List<String> list(String folder) throws StepException {
    String path = paths.secrets(folder);
    return call(Answer.Call.READ, path, logical -> logical.list(path)).stream()
        .flatMap(answer -> Readings.setOf(answer.path("data").path("keys")).stream())
        .sorted()
        .toList();
  }

  @Override
  public void destroy(String secret) throws StepException {
    delete(paths.secrets(secret));
  }

  @Override
  public Optional<Integer> keyValueVersion() throws StepException {
    String path = paths.mount();
    Answer answer = send(Answer.Call.READ, session.token(), path, logical -> logical.read(path));
    if (answer.status() == 403) {
      return Optional.empty();
    }
    return answer
        .check(Answer.Call.READ, path)
        .map(body -> body.path("data").path("options").path("version").asInt(1));
  }

  /** How aliases name the auth method of people; it changes if the method is mounted anew. */
  private String accessorOfPeople() throws StepException {
    String mount = settings.oidcMount() + "/";
    return read(VaultPaths.AUTH_METHODS)
        .map(answer -> answer.path("data").path(mount).path("accessor").asText())
        .filter(accessor -> !accessor.isEmpty())
        .orElseThrow(
            () ->
                new RejectedException(
                    Reason.PREREQUISITE_MISSING,
                    "Vault has no auth method at "
                        + mount
                        + ". Mount it, or set vault.oidc-mount."));
  }

  private Optional<JsonNode> read(String path) throws StepException {
    return call(Answer.Call.READ, path, logical -> logical.read(path));
  }

  private void write(String path, Map<String, Object> body) throws StepException {
    call(Answer.Call.WRITE, path, logical -> logical.write(path, body))
        .ifPresent(answer -> warn(path, answer));
  }

  private void delete(String path) throws StepException {
    call(Answer.Call.DELETE, path, logical -> logical.delete(path));
  }

  /** Vault tells of ignored fields in a success; that means it is of another version than ours. */
  private static void warn(String path, JsonNode answer) {
    if (answer.path("warnings").size() > 0) {
      LOG.warnf("vault has %d warnings on %s", answer.path("warnings").size(), path);
    }
  }

  /** A refusal may mean that the token ended: one new login, one repeat. */
  private Optional<JsonNode> call(Answer.Call kind, String path, Sending sending)
      throws StepException {
    String token = session.token();
    Answer answer = send(kind, token, path, sending);
    if (answer.status() == 403) {
      session.refused(token);
      answer = send(kind, session.token(), path, sending);
    }
    return answer.check(kind, path);
  }

  private Answer send(Answer.Call kind, String token, String path, Sending sending)
      throws RetryableException {
    Exchange exchange = new Exchange(http, deadline);
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

  private static RetryableException vanished(String name) {
    return new RetryableException(
        Reason.REMOTE_UNAVAILABLE, "Vault group " + name + " vanished right after it was made.");
  }

  /** The driver writes a Java list as one text. */
  private static JsonArray array(Collection<String> texts) {
    JsonArray array = new JsonArray();
    new TreeSet<>(texts).forEach(array::add);
    return array;
  }

  private static JsonObject object(Map<String, String> texts) {
    JsonObject object = new JsonObject();
    texts.forEach(object::add);
    return object;
  }
}
