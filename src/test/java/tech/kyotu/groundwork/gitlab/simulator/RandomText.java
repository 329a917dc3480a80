package tech.kyotu.groundwork.gitlab.simulator;

import java.security.SecureRandom;

/** Letters and digits that nobody can guess, for values and names of bots. */
final class RandomText {
  private static final String ALPHABET =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  private final SecureRandom random = new SecureRandom();

  String next(int length) {
    return random
        .ints(length, 0, ALPHABET.length())
        .mapToObj(ALPHABET::charAt)
        .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append)
        .toString();
  }
}
