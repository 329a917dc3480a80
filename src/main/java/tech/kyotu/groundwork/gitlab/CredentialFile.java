package tech.kyotu.groundwork.gitlab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;

/** The operator's own token, in a mounted file that may change while we run. */
final class CredentialFile {

  private final Path file;
  private volatile @Nullable SecretValue known;

  CredentialFile(Path file) {
    this.file = file;
  }

  /**
   * The token as it was last read.
   *
   * @throws RejectedException {@code AccessDenied} if the file cannot be read or holds no token
   */
  SecretValue current() throws RejectedException {
    SecretValue value = known;
    return value == null ? readAgain() : value;
  }

  /**
   * Reads the file again, after the token was refused.
   *
   * @return true if it holds another token than the one that was used
   * @throws RejectedException {@code AccessDenied} if the file cannot be read or holds no token
   */
  boolean isReplaced(SecretValue used) throws RejectedException {
    return !readAgain().reveal().equals(used.reveal());
  }

  private SecretValue readAgain() throws RejectedException {
    try {
      SecretValue value = SecretValue.of(Files.readString(file, StandardCharsets.UTF_8).strip());
      known = value;
      return value;
    } catch (IOException | IllegalArgumentException unusable) {
      throw new RejectedException(
          Reason.ACCESS_DENIED,
          "The operator's GitLab token cannot be read from its file (gitlab.token-file): "
              + unusable.getClass().getSimpleName()
              + ". Mount a file that holds the token and nothing else.");
    }
  }
}
