package tech.kyotu.groundwork.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The grammar of ids and groups. Names that are well formed but belong to the platform or to GitLab
 * (attack inputs 01 and 04) pass here; who may use them is decided where the settings are known.
 */
class SpecRulesTest {

  static List<String> attacksOnTheId() {
    return List.of(
        // 05, 08: case and normal forms
        "App",
        "APP",
        "app-",
        "app.",
        "a\u030app",
        "\uFF41pp",
        // 06: look-alikes and invisible characters
        "\u0430pp",
        "a\u202epp",
        "a\u200dpp",
        "a\u00adpp",
        "\u00e4pp",
        "\u212Aube",
        // 07: whatever would split in two ways
        "a--dev",
        "-a",
        "a-",
        "--",
        // 11
        ".gitkeep",
        "a/b",
        "..",
        "../sys",
        "a.yaml",
        // 12: control characters and line ends, the last one also where $ would match
        "app\n",
        "\napp",
        "app\r\n",
        "ap\u0000p",
        "app\t",
        "app\u2028",
        "app\u0085",
        "app\u007f",
        "\u001b[31mapp",
        " app",
        "app ",
        // 13: Vault
        "+",
        "*",
        "x/*",
        "x/+/y",
        "{{identity.entity.id}}",
        "secret/../sys",
        "app/",
        // 16: patterns
        "?",
        "{a,b}",
        "[a-z]",
        "a/*",
        "a*",
        // 17: templates and expressions
        "{{ .Values }}",
        "{{path}}",
        "${jndi:ldap://h}",
        "#{7*7}",
        "%s%n",
        "$(id)",
        "${env.VAULT_TOKEN}",
        "{% raw %}",
        "`id`",
        "a;b",
        "a|b",
        "a&b",
        "a'b",
        "a\"b",
        // 18, 19: commit messages and metric labels
        "app\n\nProject-UID: x",
        "[skip ci]",
        "\"} 1\nfake 2",
        // length
        "",
        "a".repeat(41),
        "1app",
        "-");
  }

  @ParameterizedTest
  @MethodSource("attacksOnTheId")
  void refusesWhatIsNoProjectId(String text) {
    assertThat(SpecRules.isProjectId(text)).isFalse();
    ProjectSpec spec =
        new ProjectSpec(
            text,
            EnvironmentType.DEV,
            "team@example.org",
            Mode.APPLY,
            false,
            Adoption.IF_UNOWNED,
            DeletionPolicy.DEFAULT);
    assertThat(SpecRules.faults(spec))
        .singleElement()
        .asString()
        .startsWith("spec.projectId is not valid. Use 1 to 40 of")
        .doesNotContain("jndi");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "app",
        "app2",
        "a-b-c",
        "a1-2b",
        "dev",
        "a-dev",
        "kube-system",
        "default",
        "admin",
        "v2"
      })
  void acceptsWhatIsWellFormed(String text) {
    assertThat(SpecRules.isProjectId(text)).isTrue();
  }

  @Test
  void acceptsFortyCharactersAndNoMore() {
    assertThat(SpecRules.isProjectId("a".repeat(40))).isTrue();
    assertThat(SpecRules.isProjectId("a".repeat(41))).isFalse();
  }

  static List<String> attacksOnTheGroup() {
    return List.of(
        // 14: separators of a policy line
        "x@d.com, role:admin",
        "x@d.com,role:admin",
        "x@d.com ,y@d.com",
        "x@d.com,",
        ",x@d.com",
        "x@d.com,,y@d.com",
        // 15: quotes, comments, blanks
        "\"x@d.com",
        "x\"y@d.com",
        "#x@d.com",
        " x@d.com",
        "x@d.com ",
        "x'y@d.com",
        // 20: addresses that are almost one
        "a@d.com@evil.com",
        "a@D.COM",
        "A@d.com",
        "a@d.com.",
        "\"a b\"@d.com",
        "a+b@d.com",
        "a@d",
        "a@.com",
        "a@d..com",
        "a@-d.com",
        "a@d-.com",
        "@d.com",
        "a@",
        "ad.com",
        ".a@d.com",
        "a.@d.com",
        "a@b\u00fccher.de",
        "\u0430@d.com",
        "a@d.\u0441om",
        // 12, 17
        "a@d.com\n",
        "\na@d.com",
        "a@d.com\r",
        "a\u0000@d.com",
        "a@d.com\u2028",
        "a\u200b@d.com",
        "${jndi:ldap://h}@d.com",
        "{{path}}@d.com",
        "*@d.com",
        "a@*.com",
        "%s@d.com",
        // length
        "",
        "a@b.c",
        "a".repeat(320) + "@d.com",
        "a@" + "d".repeat(250) + ".com");
  }

  @ParameterizedTest
  @MethodSource("attacksOnTheGroup")
  void refusesWhatIsNoSingleLowerCaseAddress(String text) {
    assertThat(SpecRules.isGoogleGroup(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a@b.de",
        "shop.crew@example.com",
        "a-b_c.d@sub.d.com",
        "1@2.io",
        "a@xn--bcher-kva.de"
      })
  void acceptsOneLowerCaseAddress(String text) {
    assertThat(SpecRules.isGoogleGroup(text)).isTrue();
  }

  @Test
  @Timeout(20)
  void aLongAddressCostsNoTime() {
    assertThat(SpecRules.isGoogleGroup("a".repeat(200) + "-")).isFalse();
    assertThat(SpecRules.isGoogleGroup("a@" + "a-".repeat(120) + ".com")).isFalse();
    assertThat(SpecRules.isGoogleGroup("a@" + "a.".repeat(120) + "1")).isFalse();
    assertThat(SpecRules.isGoogleGroup("a".repeat(5_000_000) + "@")).isFalse();
    assertThat(SpecRules.isProjectId("a-".repeat(2_500_000))).isFalse();
  }

  @Test
  void namesEveryFaultWithItsFixAndNothingElse() {
    ProjectSpec nothing = new ProjectSpec(null, null, null, null, false, null, null);
    assertThat(SpecRules.faults(nothing)).hasSize(6).allMatch(fault -> fault.startsWith("spec."));
    assertThat(SpecRules.faults(null)).hasSize(1);
    assertThat(
            SpecRules.faults(
                new ProjectSpec(
                    "shop",
                    EnvironmentType.QA,
                    "team@example.org",
                    Mode.PLAN,
                    true,
                    Adoption.NEVER,
                    DeletionPolicy.DEFAULT)))
        .isEmpty();
  }
}
