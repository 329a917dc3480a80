package tech.kyotu.groundwork.gitlab.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reads the credential of an API request: {@code PRIVATE-TOKEN}, Bearer, or in the query. */
final class Credentials {
  /** GitLab notes the last use of a token late and seldom. */
  private static final Duration USE_IS_NOTED_EVERY = Duration.ofMinutes(10);

  private final World world;

  Credentials(World world) {
    this.world = world;
  }

  Identity identify(Incoming in) {
    Optional<String> value = presented(in);
    if (value.isEmpty()) {
      return Identity.ANONYMOUS;
    }
    Optional<Token> token = world.tokenByValue(value.get());
    if (token.isEmpty()) {
      return new Identity(Optional.empty(), Optional.empty(), Optional.of(Answer.unauthorized()));
    }
    Optional<User> user = world.user(token.get().userId());
    return new Identity(user, token, refusal(token.get()));
  }

  /** Notes that the token was used. */
  void touch(Identity caller) {
    caller
        .token()
        .filter(token -> caller.refusal().isEmpty())
        .filter(token -> token.lastUsedAt().filter(this::isRecent).isEmpty())
        .ifPresent(token -> world.replace(token.usedAt(world.now())));
  }

  private boolean isRecent(Instant used) {
    return used.isAfter(world.now().minus(USE_IS_NOTED_EVERY));
  }

  private Optional<Answer> refusal(Token token) {
    if (token.isActive(world.today())) {
      return Optional.empty();
    }
    if (world.is(Switch.PLAIN_DEAD_TOKENS)) {
      return Optional.of(Answer.unauthorized());
    }
    return Optional.of(
        token.isExpired(world.today())
            ? invalid("Token is expired. You can either do re-authorization or token refresh.")
            : invalid("Token was revoked. You have to re-authorize from the user."));
  }

  private static Answer invalid(String description) {
    return Answer.json(
            401,
            Rendering.object().put("error", "invalid_token").put("error_description", description))
        .with("WWW-Authenticate", "Bearer realm=\"Protected by OAuth 2.0\"");
  }

  static Answer insufficientScope(World world, List<String> accepted) {
    ObjectNode body = Rendering.object().put("error", "insufficient_scope");
    if (!world.is(Switch.TERSE_SCOPE_ERRORS)) {
      body.put(
          "error_description",
          "The request requires higher privileges than provided by the access token.");
    }
    return Answer.json(403, body.put("scope", String.join(" ", accepted)));
  }

  private static Optional<String> presented(Incoming in) {
    return in.header("PRIVATE-TOKEN")
        .or(
            () ->
                in.header("Authorization")
                    .filter(header -> header.regionMatches(true, 0, "Bearer ", 0, 7))
                    .map(header -> header.substring(7).trim()))
        .or(() -> Parameters.ofQuery(in).text("private_token"));
  }
}
