package tech.kyotu.groundwork.gitlab.simulator;

import java.util.Optional;

/**
 * Who is calling. Nobody (all empty), somebody, or a credential that is refused; the token of a
 * refused credential is kept where it is known, for the history.
 */
record Identity(Optional<User> user, Optional<Token> token, Optional<Answer> refusal) {
  static final Identity ANONYMOUS =
      new Identity(Optional.empty(), Optional.empty(), Optional.empty());

  /** The user, or a 401. */
  User required() {
    return user.orElseThrow(() -> new Refusal(Answer.unauthorized()));
  }
}
