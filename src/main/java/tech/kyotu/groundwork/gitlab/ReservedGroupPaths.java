package tech.kyotu.groundwork.gitlab;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * Group paths that no Project may have: GitLab's own words and the platform's groups. Without them
 * a projectId equal to one of the platform's own groups would mint a token that reads the
 * platform's images.
 */
final class ReservedGroupPaths {

  /** Words that GitLab 18 keeps at top level and that a projectId could match. */
  private static final Set<String> TOP_LEVEL =
      Set.of(
          "admin",
          "api",
          "assets",
          "dashboard",
          "explore",
          "files",
          "groups",
          "help",
          "import",
          "jwt",
          "login",
          "oauth",
          "profile",
          "projects",
          "public",
          "s",
          "search",
          "sitemap",
          "snippets",
          "unsubscribes",
          "uploads",
          "users",
          "v2");

  private final boolean atTopLevel;
  private final Set<String> platform = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  ReservedGroupPaths(GroundworkConfig config) {
    URI gitlab = config.gitlab().url();
    atTopLevel = config.gitlab().parent().isEmpty();
    config.gitlab().parent().ifPresent(platform::add);
    config.gitlab().protectedGroups().ifPresent(platform::addAll);
    protectGroupsOf(gitlab, config.git().flux().url());
    protectGroupsOf(gitlab, config.git().deployment().url());
  }

  /**
   * All groups above a repository that lies in this GitLab. Over SSH each may: GitLab can lend
   * another host to its SSH server, whose paths are without the root path of its pages.
   */
  private void protectGroupsOf(URI gitlab, URI repository) {
    boolean isSsh = "ssh".equals(repository.getScheme());
    if (!isSsh && !String.valueOf(repository.getHost()).equalsIgnoreCase(gitlab.getHost())) {
      return;
    }
    String root = isSsh ? "" : String.valueOf(gitlab.getPath()).replaceAll("/+$", "");
    String path = String.valueOf(repository.getPath());
    String below = path.startsWith(root + "/") ? path.substring(root.length() + 1) : "";
    for (int slash = below.lastIndexOf('/'); slash > 0; slash = below.lastIndexOf('/', slash - 1)) {
      platform.add(below.substring(0, slash));
    }
  }

  /**
   * Passes if a Project may have this group.
   *
   * @throws RejectedException {@code NameReserved}
   */
  void pass(String projectId, String fullPath) throws RejectedException {
    if (platform.contains(fullPath)) {
      throw reserved(projectId, "holds the platform's repositories");
    }
    if (atTopLevel && TOP_LEVEL.contains(projectId.toLowerCase(Locale.ROOT))) {
      throw reserved(projectId, "is a word that GitLab keeps for itself");
    }
  }

  private static RejectedException reserved(String projectId, String why) {
    return new RejectedException(
        Reason.NAME_RESERVED,
        "projectId \"%s\" %s. Choose another projectId.".formatted(projectId, why));
  }
}
