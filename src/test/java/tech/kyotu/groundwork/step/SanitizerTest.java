package tech.kyotu.groundwork.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SanitizerTest {

  /** The part of each text that must not be seen, in braces. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "no such token {glpat-Ab1_cdefgh-ijklmnopq}",
        "GLPAT: {GLPAT-AB1CDEFGHIJKLMNOPQR}",
        "deploy {gldt-abcdefghijklmnopqrst} runner {glrt-t1_abcdefghijklm}",
        "routable {glpat-AbCdEfGh0123456789.01.0a1b2c3d4}",
        "vault {hvs.CAESIJabcdefghijklmnop} batch {hvb.AAAAAQabcdefghijkl}",
        "old vault {s.abcdefghijklmnopqrstuvwx}",
        "github {ghp_abcdefghij0123456789}",
        "jwt {eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl}",
        "pull secret {eyJhdXRocyI6eyJyZWdpc3RyeSI6eyJhdXRoIjoiZW1lPT0ifX19}",
        "PRIVATE-TOKEN: {abcdef0123456789}",
        "Authorization: Bearer {abcdef0123456789}",
        "authorization=Basic {dXNlcjpwYXNzd29yZA==}",
        "X-Vault-Token: {abcdef0123456789}",
        "{\"client_token\":\"{abcdef0123456789}\"}",
        "{\"auth\":\"{dXNlcjpwYXNzd29yZA}\"}",
        "https://h/api?private_token={abcdef0123456789}",
        "password='{hunter2hunter2}'",
        "cannot reach https://{user:pass}@git.example.com/x.git",
        "cannot reach ssh://{deploy-bot}@git.example.com/x.git",
        "cannot reach HTTPS://{oauth2:abcdefgh}@git.example.com/x.git"
      })
  void hidesWhatLooksLikeASecret(String marked) {
    StringBuilder secretFree = new StringBuilder();
    java.util.List<String> secrets = new java.util.ArrayList<>();
    // The secrets stand in the innermost braces.
    var braces = java.util.regex.Pattern.compile("\\{([^{}]*)\\}").matcher(marked);
    while (braces.find()) {
      secrets.add(braces.group(1));
      braces.appendReplacement(
          secretFree, java.util.regex.Matcher.quoteReplacement(braces.group(1)));
    }
    braces.appendTail(secretFree);
    assertThat(secrets).isNotEmpty();
    assertThat(Sanitizer.foreign(secretFree.toString())).doesNotContain(secrets);
    assertThat(Sanitizer.sentence(secretFree.toString())).doesNotContain(secrets);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Namespace global-operations-dev exists and spec.adoption is Never.",
        "Registry token valid until 2027-01-19.",
        "6 of 6 in place. Registry token 813 valid until 2027-01-19; token 812 is revoked after"
            + " 2026-11-21 12:04 UTC.",
        "Last resort: kyotu.tech/abandon: VaultAccessReady.",
        "Set IfUnowned, or annotate kyotu.tech/adopt: vault-secrets.",
        "Write the group as one lower-case e-mail address, for example shop.crew@example.com.",
        "The Flux repository at https://git.example.com/platform/flux.git moved on.",
        "Kept: deletion.secrets: Retain keeps them under secret/projects/shop-dev.",
        "Zu später Stunde: 不明なエラー"
      })
  void leavesOrdinarySentencesAlone(String text) {
    assertThat(Sanitizer.sentence(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "two\\nlines|two lines",
        "two\\r\\nlines|two lines",
        "a\\tb|a b",
        "nul\\u0000byte|nul byte",
        "\\u001b[31mred|[31mred",
        "del\\u007f!|del !",
        "right\\u202eleft|right left",
        "mark\\u061cmark|mark mark",
        "zero\\u200bwidth|zero width",
        "soft\\u00adhyphen|soft hyphen",
        "line\\u2028separator|line separator",
        "lone\\ud800surrogate|lone surrogate",
        "  edges  |edges"
      })
  void leavesOnePrintableLine(String escaped, String expected) {
    String raw = unicode(escaped).replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
    assertThat(Sanitizer.foreign(raw)).isEqualTo(expected);
  }

  private static String unicode(String text) {
    return java.util.regex.Pattern.compile("\\\\u([0-9a-f]{4})")
        .matcher(text)
        .replaceAll(
            match ->
                java.util.regex.Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(match.group(1), 16))));
  }

  @Test
  void boundsWhatItShows() {
    assertThat(Sanitizer.foreign("x".repeat(10_000))).hasSize(200).endsWith("...");
    assertThat(Sanitizer.sentence("x".repeat(10_000))).hasSize(512).endsWith("...");
    assertThat(Sanitizer.sentence("x".repeat(512))).hasSize(512).endsWith("x");
    assertThat(Sanitizer.foreign(null)).isEmpty();
  }

  @Test
  @Timeout(20)
  void aMegabyteOfAttackCostsNoTime() {
    for (String piece :
        new String[] {"token: ", "a.a.", "https://", "\"' :=", "eyJ", "glpat-", "s.", "\u202e"}) {
      String attack = piece.repeat(1_000_000 / piece.length());
      assertThat(Sanitizer.sentence(attack).length()).isLessThanOrEqualTo(512);
    }
  }

  @Test
  void whateverComesInOneBoundedLineComesOutAndStaysAsItIs() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(900);
      for (int i = 0; i < length; i++) {
        text.append((char) (random.nextBoolean() ? random.nextInt(128) : random.nextInt(65_536)));
      }
      String shown = Sanitizer.foreign(text.toString());
      assertThat(shown.length()).as("seed %d", seed).isLessThanOrEqualTo(200);
      assertThat(shown.codePoints())
          .as("seed %d", seed)
          .noneMatch(Character::isISOControl)
          .noneMatch(point -> Character.getType(point) == Character.FORMAT)
          .noneMatch(point -> Character.getType(point) == Character.SURROGATE);
    }
  }

  @Test
  void exceptionsShowOnlyCleanSentences() {
    StepException trouble =
        RetryableException.after(
            Reason.RATE_LIMITED, "no\nfor glpat-abcdefghij0123456789", Duration.ofSeconds(1));
    assertThat(trouble.sentence()).isEqualTo("no for (hidden)");
    assertThat(trouble.toString()).doesNotContain("glpat");
  }
}
