package tech.kyotu.groundwork.gitlab.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The table of routes: finds the one that a request means and checks that the caller may use it.
 */
final class Router {
  /** What a credential must be good for. */
  enum Access {
    /** The handler looks at credentials itself, or at none. */
    OWN_RULES,
    /** Anonymous callers are let in; a credential must be valid and may read. */
    PUBLIC,
    /** Any valid token, whatever its scope. */
    ANY_TOKEN,
    /** A token that may read the API or the user. */
    READ_USER,
    /** A token that may read the API. */
    READ,
    /** A token that may do everything. */
    WRITE
  }

  /** Does the work of one route. Runs while the world is locked. */
  interface Handler {
    Answer handle(Call call);
  }

  private record Route(RoutePattern pattern, Access access, Handler handler) {}

  private final World world;
  private final List<Route> routes = new ArrayList<>();

  Router(World world) {
    this.world = world;
  }

  void add(String method, String path, Access access, Handler handler) {
    routes.add(new Route(RoutePattern.of(method, path), access, handler));
  }

  /** As {@link #add}; while the switch is off there is no such route. */
  void addIf(Switch edition, String method, String path, Access access, Handler handler) {
    add(method, path, access, call -> world.is(edition) ? handler.handle(call) : noRoute());
  }

  /** Every route, whether its switch is on or not. */
  List<RoutePattern> patterns() {
    return routes.stream().map(Route::pattern).toList();
  }

  Answer dispatch(Incoming in, Identity caller) {
    boolean otherMethod = false;
    for (Route route : routes) {
      Optional<Map<String, String>> path = route.pattern().match(in.rawSegments());
      if (path.isPresent() && route.pattern().matchesMethod(in.method())) {
        admit(route.access(), caller);
        return route.handler().handle(new Call(in, path.get(), Parameters.of(in), caller));
      }
      otherMethod |= path.isPresent();
    }
    return otherMethod ? Answer.message(405, "405 Method Not Allowed") : noRoute();
  }

  private Answer noRoute() {
    return world.is(Switch.NO_ROUTE_IN_MESSAGE)
        ? Answer.message(404, "404 Not Found")
        : Answer.error(404, "404 Not Found");
  }

  private void admit(Access access, Identity caller) {
    if (access == Access.OWN_RULES) {
      return;
    }
    caller
        .refusal()
        .ifPresent(
            answer -> {
              throw new Refusal(answer);
            });
    if (access != Access.PUBLIC) {
      caller.required();
    }
    caller.token().ifPresent(token -> checkScope(access, token));
  }

  private void checkScope(Access access, Token token) {
    List<String> accepted =
        switch (access) {
          case OWN_RULES, ANY_TOKEN -> token.scopes();
          case PUBLIC, READ -> List.of("api", "read_api");
          case READ_USER -> List.of("api", "read_api", "read_user");
          case WRITE -> List.of("api");
        };
    if (!token.hasAnyScope(accepted.toArray(String[]::new))) {
      throw new Refusal(Credentials.insufficientScope(world, accepted));
    }
  }
}
