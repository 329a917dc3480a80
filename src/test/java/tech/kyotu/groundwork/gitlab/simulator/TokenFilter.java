package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The filters and the order of a token list. */
record TokenFilter(Predicate<Token> filter, Comparator<Token> order) {
  private static final Comparator<Token> BY_EXPIRY =
      Comparator.comparing(token -> token.expiresOn().orElse(LocalDate.MAX));
  private static final Comparator<Token> BY_USE =
      Comparator.comparing(token -> token.lastUsedAt().orElse(Instant.MIN));

  List<Token> apply(Stream<Token> tokens) {
    return tokens.filter(filter).sorted(order).toList();
  }

  static TokenFilter of(Parameters given, LocalDate today) {
    given.oneOf("state", List.of("active", "inactive"));
    given.oneOf("revoked", List.of("true", "false"));
    Predicate<Token> filter =
        Stream.<Optional<Predicate<Token>>>of(
                given.text("state").map(state -> state(state, today)),
                given.text("revoked").map(is -> token -> token.isRevoked() == is.equals("true")),
                given.text("search").map(TokenFilter::nameLike),
                given.instant("created_before").map(t -> token -> token.createdAt().isBefore(t)),
                given.instant("created_after").map(t -> token -> token.createdAt().isAfter(t)),
                given.instant("last_used_before").map(t -> used(use -> use.isBefore(t))),
                given.instant("last_used_after").map(t -> used(use -> use.isAfter(t))),
                given.date("expires_before").map(day -> expires(end -> end.isBefore(day))),
                given.date("expires_after").map(day -> expires(end -> end.isAfter(day))))
            .flatMap(Optional::stream)
            .reduce(token -> true, Predicate::and);
    return new TokenFilter(filter, order(given.text("sort").orElse("id_asc")));
  }

  /** On its expiry day a token is in neither state; GitLab compares with different signs. */
  private static Predicate<Token> state(String state, LocalDate today) {
    return state.equals("active")
        ? token -> token.isActive(today)
        : expires(end -> end.isBefore(today)).or(Token::isRevoked);
  }

  private static Predicate<Token> nameLike(String search) {
    String wanted = search.toLowerCase(Locale.ROOT);
    return token -> token.name().toLowerCase(Locale.ROOT).contains(wanted);
  }

  private static Predicate<Token> used(Predicate<Instant> when) {
    return token -> token.lastUsedAt().filter(when).isPresent();
  }

  private static Predicate<Token> expires(Predicate<LocalDate> when) {
    return token -> token.expiresOn().filter(when).isPresent();
  }

  private static Comparator<Token> order(String sort) {
    Comparator<Token> order =
        switch (sort.replaceFirst("_(asc|desc)$", "")) {
          case "id" -> Comparator.comparing(Token::id);
          case "created" -> Comparator.comparing(Token::createdAt);
          case "expires" -> BY_EXPIRY;
          case "last_used" -> BY_USE;
          case "name" -> Comparator.comparing(Token::name);
          default -> throw new Refusal(Answer.error(400, "sort does not have a valid value"));
        };
    Comparator<Token> directed = sort.endsWith("_desc") ? order.reversed() : order;
    return directed.thenComparing(Token::id);
  }
}
