package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanaryTest {
  private static final String GITLAB = "glpat-" + "Abcdefghij0123456789";
  private static final String PASSWORD = "3f1c7a52-correct-horse";

  private final Canary canary = new Canary(List.of(PASSWORD));

  @Test
  void findsTokensOfGitLabAndVaultByTheirForm() {
    assertThat(canary.find("token=" + GITLAB + " used")).contains("a GitLab token at character 6");
    assertThat(canary.find("hvs." + "CAESIAbcdefghij0123456789")).isPresent();
    assertThat(canary.find("Bearer eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOlsidmF1bHQi.c2ln")).isPresent();
  }

  @Test
  void findsAKnownValue() {
    assertThat(canary.find("http://groundwork:" + PASSWORD + "@host/flux.git"))
        .contains("credential 1 at character 18");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "ab", "abc", "shop-dev-image-puller:"})
  void findsBothInsideBase64WhateverStandsBefore(String before) {
    assertThat(canary.find(base64(before + GITLAB))).isPresent();
    assertThat(canary.find("auth: " + base64(before + PASSWORD + "!"))).isPresent();
  }

  @Test
  void findsNothingInWhatIsPublic() {
    assertThat(canary.find("token 813 of shop-dev, named groundwork_a1_uid_1_0123456789abcdef"))
        .isEmpty();
    assertThat(canary.find("set a token such as glpat-... in the file")).isEmpty();
  }

  @Test
  void neverTellsWhatItFound() {
    assertThat(canary.find("x " + PASSWORD).orElseThrow()).doesNotContain(PASSWORD);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
