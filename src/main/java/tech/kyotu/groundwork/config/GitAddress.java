package tech.kyotu.groundwork.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.Converter;

/**
 * Reads the address of a repository. Git's short form {@code git@host:path} has no scheme and is
 * taken for {@code ssh://git@host/path}, which servers of repositories take for the same.
 */
public final class GitAddress implements Converter<URI> {

  private static final long serialVersionUID = 1L;

  private static final Pattern SHORT =
      Pattern.compile("([A-Za-z0-9_][A-Za-z0-9._-]*)@([A-Za-z0-9][A-Za-z0-9.-]*):/?([^:]+)");

  /**
   * Where people find a repository.
   *
   * @param repository its address for Git
   * @param gitlab address of GitLab
   * @return of a repository over SSH on the host of GitLab its page there; else the address itself
   */
  public static URI page(URI repository, URI gitlab) {
    if (!"ssh".equals(repository.getScheme())
        || !String.valueOf(repository.getHost()).equalsIgnoreCase(gitlab.getHost())) {
      return repository;
    }
    return URI.create(gitlab.toString().replaceAll("/+$", "") + repository.getRawPath());
  }

  /** For the framework. */
  public GitAddress() {}

  /**
   * The address as a URI, not yet checked for what it allows.
   *
   * @throws IllegalArgumentException if it is none
   */
  @Override
  public URI convert(String text) {
    Matcher parts = SHORT.matcher(text.strip());
    if (!parts.matches()) {
      return URI.create(text.strip());
    }
    try {
      return new URI("ssh", parts.group(1), parts.group(2), -1, "/" + parts.group(3), null, null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not an address", e);
    }
  }
}
