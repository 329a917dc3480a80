package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
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
    Predicate<Token> filter = token -> true;
    filter = and(filter, given.text("state").map(state -> state(state, today)));
    filter =
        and(
            filter,
            given.text("revoked").map(is -> token -> token.isRevoked() == is.equals("true")));
    filter = and(filter, given.text("search").map(TokenFilter::nameLike));
    filter =
        and(
            filter,
            instant(given, "created_before").map(t -> token -> token.createdAt().isBefore(t)));
    filter =
        and(
            filter,
            instant(given, "created_after").map(t -> token -> token.createdAt().isAfter(t)));
    filter =
        and(
            filter,
            instant(given, "last_used_before")
                .map(t -> token -> used(token, used -> used.isBefore(t))));
    filter =
        and(
            filter,
            instant(given, "last_used_after")
                .map(t -> token -> used(token, used -> used.isAfter(t))));
    filter =
        and(
            filter,
            given
                .date("expires_before")
                .map(day -> token -> expires(token, date -> date.isBefore(day))));
    filter =
        and(
            filter,
            given
                .date("expires_after")
                .map(day -> token -> expires(token, date -> date.isAfter(day))));
    return new TokenFilter(filter, order(given.text("sort").orElse("id_asc")));
  }

  /** On its expiry day a token is in neither state; GitLab compares with different signs. */
  private static Predicate<Token> state(String state, LocalDate today) {
    return state.equals("active")
        ? token -> token.isActive(today)
        : token -> token.isRevoked() || expires(token, date -> date.isBefore(today));
  }

  private static Predicate<Token> nameLike(String search) {
    String wanted = search.toLowerCase(Locale.ROOT);
    return token -> token.name().toLowerCase(Locale.ROOT).contains(wanted);
  }

  private static boolean used(Token token, Predicate<Instant> when) {
    return token.lastUsedAt().filter(when).isPresent();
  }

  private static boolean expires(Token token, Predicate<LocalDate> when) {
    return token.expiresOn().filter(when).isPresent();
  }

  private static Optional<Instant> instant(Parameters given, String name) {
    return given
        .text(name)
        .filter(text -> text.contains("T"))
        .map(Instant::parse)
        .or(() -> given.date(name).map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant()));
  }

  private static Predicate<Token> and(Predicate<Token> all, Optional<Predicate<Token>> more) {
    return more.map(all::and).orElse(all);
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
