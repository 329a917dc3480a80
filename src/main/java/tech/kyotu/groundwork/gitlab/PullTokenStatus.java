package tech.kyotu.groundwork.gitlab;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.RegistryToken;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.step.Holdings;

/** What a look at a pull token tells the status: the holdings, the token's life, a sentence. */
final class PullTokenStatus {

  private static final int MOST_NAMED = 5;

  /** Id of the token's holding. */
  static final String TOKEN_HOLDING = "registry-token";

  /** Id of the pull secret's holding. */
  static final String SECRET_HOLDING = "pull-secret";

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private PullTokenStatus() {}

  /** What is known now of Secret and token. */
  static UnaryOperator<Holdings> learnt(PullTokenView view, RotationPolicy policy) {
    String secret = view.project().name().value() + "/" + PullSecretFile.NAME;
    return held -> {
      Holdings all = learntOfToken(view, policy, held);
      return view.secret().isEmpty()
          ? all.without(SECRET_HOLDING)
          : all.with(Holding.of(SECRET_HOLDING, "Secret", Origin.CREATED, secret));
    };
  }

  /** A token that lives without being published stays known: it may be in use in a copy. */
  private static Holdings learntOfToken(PullTokenView view, RotationPolicy policy, Holdings held) {
    Optional<Token> current = view.current();
    if (current.isPresent()) {
      return held.with(life(view, policy, current.get()))
          .with(
              new Holding(
                  TOKEN_HOLDING,
                  "GitLabToken",
                  Origin.CREATED,
                  Long.toString(current.get().id()),
                  null,
                  seconds(current.get().createdAt())));
    }
    boolean mayLive = view.previous().isPresent() || policy.judge(view.facts()).isEmpty();
    return mayLive ? held : held.with((RegistryToken) null).without(TOKEN_HOLDING);
  }

  private static RegistryToken life(PullTokenView view, RotationPolicy policy, Token token) {
    Optional<Instant> publishedAt = view.notes().publishedAt();
    Optional<Token> before = view.previous();
    return new RegistryToken(
        token.id(),
        seconds(token.createdAt()),
        token.expiresOn().or(view.notes()::expiresOn).map(Object::toString).orElse(null),
        seconds(policy.dueAt(view.project().uid(), token)),
        publishedAt.map(PullTokenStatus::seconds).orElse(null),
        view.notes().rotateHandled().orElse(null),
        before.map(Token::id).orElse(null),
        before
            .flatMap(old -> publishedAt)
            .map(policy::previousGoesAt)
            .map(PullTokenStatus::seconds)
            .orElse(null));
  }

  private static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** A sentence of tokens that GitLab refuses to revoke; nothing if there is none. */
  static String unrevoked(List<Token> tokens) {
    return tokens.isEmpty()
        ? ""
        : " GitLab refuses to revoke %s. Give the token's bot its membership in the group back, or revoke it by hand."
            .formatted(named(tokens));
  }

  /** A sentence of tokens that a Project left which is gone; nothing if there is none. */
  static String strays(List<Token> tokens) {
    return tokens.isEmpty()
        ? ""
        : " Of Projects that are gone live %s. Revoke what nothing pulls with any more."
            .formatted(named(tokens));
  }

  private static String named(List<Token> tokens) {
    String ids =
        tokens.stream()
            .limit(MOST_NAMED)
            .map(token -> Long.toString(token.id()))
            .collect(Collectors.joining(", "));
    String more =
        tokens.size() > MOST_NAMED ? " and " + (tokens.size() - MOST_NAMED) + " more" : "";
    String last =
        tokens.stream()
            .flatMap(token -> token.expiresOn().stream())
            .max(LocalDate::compareTo)
            .map(day -> " (until " + day + ")")
            .orElse("");
    return (tokens.size() == 1 ? "token " : "tokens ") + ids + more + last;
  }

  /** What to say of a token that is in place, and of the one before it. */
  static String sentence(@Nullable RegistryToken token, boolean clocksAgree) {
    if (token == null) {
      return "The pull secret is being written.";
    }
    String now = "Token " + token.id() + " valid until " + token.expiresAt();
    if (token.previousId() == null) {
      return now + ".";
    }
    String when =
        clocksAgree && token.previousRevokeAfter() != null
            ? "after " + MINUTE.format(Instant.parse(token.previousRevokeAfter()))
            : "once our clock and GitLab's agree to five minutes";
    return now + "; token " + token.previousId() + " is revoked " + when + ".";
  }
}
