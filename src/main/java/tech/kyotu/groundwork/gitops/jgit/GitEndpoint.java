package tech.kyotu.groundwork.gitops.jgit;

import java.net.URI;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * The one server that a repository's credential is meant for. No connection is opened to any other
 * place, so neither a redirect nor a mistake can carry the credential away.
 */
interface GitEndpoint {

  /** Which of the two repositories. */
  PathFence repository();

  /** Where it is, as JGit takes it; never with a secret. */
  URI address();

  /** Changes whenever the credential file, or the file of those we trust, does. */
  String credentialVersion();

  /**
   * Says early and clearly if one of the files cannot be used.
   *
   * @throws RejectedException {@code AccessDenied} for the credential, {@code PrerequisiteMissing}
   *     for those we trust
   */
  void checkFiles() throws RejectedException;

  /** The way to the server for one conversation. */
  Wire wire(Deadline deadline);

  /**
   * The server of the settings.
   *
   * @throws IllegalArgumentException if the address is not one that we use; one sentence says why
   */
  static GitEndpoint of(
      PathFence fence, GroundworkConfig.Repository repository, boolean allowPlainHttp) {
    URI url = repository.url();
    String scheme = String.valueOf(url.getScheme());
    boolean isHttp = scheme.equals("https") || (scheme.equals("http") && allowPlainHttp);
    if (!isHttp && !scheme.equals("ssh")) {
      throw new IllegalArgumentException(
          "The address of the %s must start with https:// or ssh://%s."
              .formatted(
                  fence.title(),
                  scheme.equals("http") ? " (http:// needs groundwork.git.allow-plain-http)" : ""));
    }
    String user = url.getRawUserInfo();
    if (user != null && user.contains(":")) {
      throw new IllegalArgumentException(
          "The address of the %s holds a password. Put it into the credential file."
              .formatted(fence.title()));
    }
    if (url.getHost() == null || url.getRawQuery() != null || url.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "The address of the %s must be a host and a path.".formatted(fence.title()));
    }
    return isHttp ? HttpEndpoint.of(fence, repository) : SshEndpoint.of(fence, repository);
  }
}
