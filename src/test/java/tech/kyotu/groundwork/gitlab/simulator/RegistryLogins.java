package tech.kyotu.groundwork.gitlab.simulator;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Who may log in to the registry, and pull what. */
final class RegistryLogins {
  /** A good login; {@code pulls} says whether it may pull from a repository that exists. */
  record Login(String username, List<String> scopes, Predicate<String> pulls) {

    boolean hasRegistryScope() {
      return scopes.stream().anyMatch(List.of("api", "read_registry", "write_registry")::contains);
    }

    boolean mayPull(String repository) {
      boolean reads = scopes.contains("api") || scopes.contains("read_registry");
      return reads && pulls.test(repository);
    }
  }

  private final World world;
  private final Rights rights;

  RegistryLogins(World world, Rights rights) {
    this.world = world;
    this.rights = rights;
  }

  /** Any user name will do for an access token; a deploy token wants its own. */
  Optional<Login> find(String user, String password) {
    if (user.isBlank()) {
      return Optional.empty();
    }
    return world
        .tokenByValue(password)
        .filter(this::logsIn)
        .flatMap(token -> world.user(token.userId()).map(owner -> login(token, owner)))
        .or(() -> world.groups().flatMap(group -> deployLogins(group, user, password)).findFirst());
  }

  private Login login(Token token, User owner) {
    int needed = world.is(Switch.GUESTS_PULL) ? Rights.GUEST : Rights.REPORTER;
    return new Login(
        owner.username(),
        token.scopes(),
        repository ->
            groupOf(repository).filter(group -> rights.level(owner, group) >= needed).isPresent());
  }

  private Stream<Login> deployLogins(Group group, String user, String password) {
    return group.grants().deployTokens().stream()
        .filter(token -> token.value().equals(password) && token.username().equals(user))
        .filter(token -> !token.isExpired(world.now()))
        .map(token -> new Login(user, token.scopes(), repository -> isBelow(group, repository)));
  }

  /** A bot without its membership is no longer anybody. */
  private boolean logsIn(Token token) {
    boolean stray =
        token.groupId().filter(id -> !world.members(id).containsKey(token.userId())).isPresent();
    return token.isActive(world.today()) && (!stray || world.is(Switch.STRAY_BOTS_LOG_IN));
  }

  private boolean isBelow(Group group, String repository) {
    return world.images().contains(repository) && repository.startsWith(group.fullPath() + "/");
  }

  /** Projects are not modelled: an image belongs to the deepest group on its path. */
  private Optional<Group> groupOf(String repository) {
    String path = world.images().contains(repository) ? repository : "";
    while (path.contains("/")) {
      path = path.substring(0, path.lastIndexOf('/'));
      Optional<Group> group = world.groupByPath(path);
      if (group.isPresent()) {
        return group;
      }
    }
    return Optional.empty();
  }
}
