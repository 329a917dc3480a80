package tech.kyotu.groundwork.vault;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/**
 * How the operator gets a token: from a file, or by its ServiceAccount. Files are read each time.
 */
final class Login implements Session.Source {

  /** Sends a write; an empty token sends none. */
  interface Sender {
    Answer write(String token, String path, Map<String, Object> body) throws StepException;
  }

  private final GroundworkConfig.Vault settings;
  private final VaultPaths paths;
  private final Sender sender;

  Login(GroundworkConfig.Vault settings, VaultPaths paths, Sender sender) {
    this.settings = settings;
    this.paths = paths;
    this.sender = sender;
  }

  @Override
  public Session.Grant login() throws StepException {
    if (settings.tokenFile().isPresent()) {
      String token = textOf(settings.tokenFile().get(), "vault.token-file");
      return new Session.Grant(token, Optional.empty());
    }
    String jwt = textOf(settings.jwtFile(), "vault.jwt-file");
    Answer answer = sender.write("", paths.login(), Map.of("role", settings.role(), "jwt", jwt));
    String attempt = "the login at " + paths.login() + " by role " + settings.role();
    if (answer.status() == 400) {
      // Also what a Vault says that cannot ask the API server just now.
      throw new RetryableException(
          Reason.REMOTE_UNAVAILABLE, "Vault did not take " + attempt + " (400).");
    }
    if (answer.status() == 403) {
      throw new RejectedException(
          Reason.ACCESS_DENIED,
          "Vault refused "
              + attempt
              + " (403). Bind that role to the operator's ServiceAccount and audience vault.");
    }
    return grantOf(answer, paths.login());
  }

  @Override
  public Session.Grant renew(String token) throws StepException {
    return grantOf(sender.write(token, VaultPaths.RENEW, Map.of()), VaultPaths.RENEW);
  }

  private static Session.Grant grantOf(Answer answer, String path) throws StepException {
    Optional<JsonNode> auth = answer.check(Answer.Call.WRITE, path).map(body -> body.path("auth"));
    String token = auth.map(found -> found.path("client_token").asText()).orElse("");
    if (token.isEmpty()) {
      throw new RetryableException(
          Reason.REMOTE_UNAVAILABLE, "Vault's answer at " + path + " holds no token.");
    }
    return new Session.Grant(
        token,
        auth.map(found -> Duration.ofSeconds(found.path("lease_duration").asLong()))
            .filter(life -> !life.isZero()));
  }

  private static String textOf(Path file, String setting) throws RejectedException {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new RejectedException(
          Reason.PREREQUISITE_MISSING, "The file of " + setting + " cannot be read: " + file + ".");
    }
  }
}
