package tech.kyotu.groundwork.gitops;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * Where people see the commits of a repository: known only of one that is in the GitLab of the
 * settings, whose pages are {@code <repository>/-/commit/<id>} (GitLab 18).
 *
 * @param repository address of the repository's page; empty if it is not known
 */
public record CommitPages(Optional<String> repository) {

  /** The pages of a repository, if GitLab serves it under its own scheme, host and port. */
  public static CommitPages of(URI gitlab, URI repository) {
    if (!server(gitlab).equals(server(repository))) {
      return new CommitPages(Optional.empty());
    }
    String path = repository.getRawPath().replaceFirst("/+$", "").replaceFirst("[.]git$", "");
    return new CommitPages(Optional.of(server(repository) + path));
  }

  /** Never with a user. */
  private static String server(URI address) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
    boolean isUsual =
        address.getPort() < 0 || address.getPort() == (scheme.equals("https") ? 443 : 80);
    return scheme + "://" + host + (isUsual ? "" : ":" + address.getPort());
  }

  /** The page of a commit; empty if none is known. */
  public Optional<String> of(String commit) {
    return repository.map(page -> page + "/-/commit/" + commit);
  }
}
