package tech.kyotu.groundwork.gitlab.simulator;

import java.util.Optional;
import java.util.Set;

/** Which paths a group may have, and how a refusal reads. */
final class GroupPaths {
  private static final Set<String> RESERVED_AT_TOP =
      words(
          "- .well-known 404.html 422.html 500.html 502.html 503.html admin api"
              + " apple-touch-icon.png assets dashboard deploy.html explore favicon.ico favicon.png"
              + " files groups health_check help import jwt login oauth profile projects public"
              + " robots.txt s search sitemap sitemap.xml sitemap.xml.gz slash-command-logo.png"
              + " snippets unsubscribes uploads users v2");
  private static final Set<String> RESERVED_FOR_PROJECTS =
      words(
          "badges blame blob builds commits create create_dir edit files find_file new preview raw"
              + " refs tree update wikis");

  private final World world;

  GroupPaths(World world) {
    this.world = world;
  }

  /** Why the path is refused; empty if it may be used. */
  Optional<String> objection(String path, Optional<Group> parent) {
    if (path.length() > 255) {
      return Optional.of("is too long (maximum is 255 characters)");
    }
    if (!path.matches("[A-Za-z0-9_.][A-Za-z0-9_.-]*") || path.matches(".*(\\.|\\.git|\\.atom)")) {
      return Optional.of(
          "can only contain letters, digits, '_', '-' and '.'; it must not start with '-' or end"
              + " in '.', '.git' or '.atom'");
    }
    if (isReserved(path, parent.isPresent())) {
      return Optional.of(path + " is a reserved name");
    }
    String fullPath = parent.map(group -> group.fullPath() + "/").orElse("") + path;
    boolean isUser = parent.isEmpty() && world.userByName(path).isPresent();
    if (isUser || world.groupInTheWayOf(fullPath).isPresent()) {
      return Optional.of("has already been taken");
    }
    return world.isFormerPath(fullPath) ? Optional.of("has been taken before") : Optional.empty();
  }

  /** The sentence in which a refused create carries its objection. */
  String failedToSave(String objection) {
    return world.is(Switch.PLAIN_PATH_ERRORS)
        ? "Failed to save group {path: [\"" + objection + "\"]}"
        : "Failed to save group {:path=>[\"" + objection + "\"]}";
  }

  private boolean isReserved(String path, boolean isSubgroup) {
    if (!isSubgroup) {
      return RESERVED_AT_TOP.contains(path);
    }
    return world.is(Switch.RESERVED_SUBGROUPS) && RESERVED_FOR_PROJECTS.contains(path);
  }

  private static Set<String> words(String list) {
    return Set.of(list.split(" ", -1));
  }
}
