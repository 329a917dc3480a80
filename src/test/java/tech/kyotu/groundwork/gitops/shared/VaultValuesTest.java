package tech.kyotu.groundwork.gitops.shared;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;

class VaultValuesTest {

  private static final String RULES = "path \"secret/data/shop_dev/*\" {\n  x\n}\n";
  private static final VaultRight SHOP = given("shop", "crew@example.com");
  private static final VaultRight NO_SHOP = new VaultRight("shop_dev_access", Optional.empty());

  private static final String EMPTY =
      """
      # ours and theirs
      vault:
        externalConfig:
          policies: [] # none
          groups: []
          group-aliases: []
      """;

  private static final String WITH_SHOP =
      """
      # ours and theirs
      vault:
        externalConfig:
          policies: # none
            - name: 'shop_dev_access'
              rules: |
                path "secret/data/shop_dev/*" {
                  x
                }
          groups:
            - name: 'crew@example.com'
              policies:
                - 'shop_dev_access'
              type: 'external'
          group-aliases:
            - name: 'crew@example.com'
              mountpath: 'oidc'
              group: 'crew@example.com'
      """;

  private static VaultRight given(String id, String group) {
    return new VaultRight(
        id + "_dev_access", Optional.of(new VaultRight.People(group, RULES.replace("shop", id))));
  }

  private static VaultValues read(String text) throws RejectedException {
    return VaultValues.read("a/rbac_values.yaml", text.getBytes(UTF_8), "oidc");
  }

  /** The text after the edit; the same edit must then need nothing. */
  private static String edited(String text, VaultRight... rights) throws RejectedException {
    Optional<byte[]> after = read(text).with(List.of(rights));
    String result = after.map(bytes -> new String(bytes, UTF_8)).orElse(text);
    assertThat(read(result).with(List.of(rights))).isEmpty();
    return result;
  }

  private static RejectedException refusal(String text, VaultRight... rights) {
    RejectedException refused =
        catchThrowableOfType(RejectedException.class, () -> edited(text, rights));
    assertThat(refused).as("a refusal").isNotNull();
    return refused;
  }

  @Test
  void putsAProjectIntoEmptyListsAndKeepsTheCommentBehindThem() throws Exception {
    assertThat(edited(EMPTY, SHOP)).isEqualTo(WITH_SHOP);
  }

  @Test
  void keepsLineEndsOfWindows() throws Exception {
    assertThat(edited(EMPTY.replace("\n", "\r\n"), SHOP))
        .isEqualTo(WITH_SHOP.replace("\n", "\r\n"));
  }

  @Test
  void leavesAGroupThatItEmptiedBecauseNobodyPurges() throws Exception {
    assertThat(edited(WITH_SHOP, NO_SHOP))
        .isEqualTo(
            """
            # ours and theirs
            vault:
              externalConfig:
                policies: [] # none
                groups:
                  - name: 'crew@example.com'
                    policies: []
                    type: 'external'
                group-aliases:
                  - name: 'crew@example.com'
                    mountpath: 'oidc'
                    group: 'crew@example.com'
            """);
    assertThat(edited(edited(WITH_SHOP, NO_SHOP), SHOP)).isEqualTo(WITH_SHOP);
  }

  @Test
  void keepsWhatOthersHaveAndWhatIsWrittenInAnotherWay() throws Exception {
    String others =
        """
        other: &anchor {deep: [1, 2]}
        copy: *anchor
        vault:
          server: {ha: true}
          externalConfig:
            groups:
            # people's own
            -   name: crew@example.com
                policies: [admin, "shop_dev_access"]   # by hand
                type: external
                metadata: {privileged: "false"}
            -
              # late
              type: external
              name: other@example.com

            group-aliases:
            - {name: crew@example.com, mountpath: oidc, group: crew@example.com}
            policies:
            - name: admin
              rules: |+
                path "*" {}


            - name: shop_dev_access
              rules: "path \\"secret/data/shop_dev/*\\" {\\n  x\\n}\\n"
        """;
    assertThat(edited(others, SHOP)).isEqualTo(others);
    assertThat(edited(others, NO_SHOP))
        .isEqualTo(
            others
                .replace("[admin, \"shop_dev_access\"]", "[admin]")
                .replaceAll("(?s)    - name: shop_dev_access.*", ""));
    String moved = edited(others, given("shop", "other@example.com"));
    assertThat(moved)
        .contains("policies: [admin]   # by hand")
        .contains(
            """
                  name: other@example.com
                  policies:
                    - 'shop_dev_access'

            """)
        .contains(
            """
                - {name: crew@example.com, mountpath: oidc, group: crew@example.com}
                - name: 'other@example.com'
            """);
  }

  @Test
  void addsMissingListsAtTheEndEvenOfAFileWithoutALastLineEnd() throws Exception {
    assertThat(edited("vault:\n  externalConfig:\n    auth: [] # c", SHOP))
        .isEqualTo(
            """
            vault:
              externalConfig:
                auth: [] # c
                policies:
                  - name: 'shop_dev_access'
                    rules: |
                      path "secret/data/shop_dev/*" {
                        x
                      }
                groups:
                  - name: 'crew@example.com'
                    policies:
                      - 'shop_dev_access'
                    type: 'external'
                group-aliases:
                  - name: 'crew@example.com'
                    mountpath: 'oidc'
                    group: 'crew@example.com'\
            """
                .stripTrailing());
  }

  @Test
  void fillsAListThatIsNamedButHoldsNothing() throws Exception {
    assertThat(
            edited(
                EMPTY.replace("policies: [] # none", "policies:  # none").replace(" []", ""), SHOP))
        .isEqualTo(WITH_SHOP.replace("policies: # none", "policies:  # none"));
  }

  @Test
  void cleansDuplicatesOldGroupsAndOldFormatting() throws Exception {
    String old =
        """
        vault:
          externalConfig:
            policies:
              - name: shop_dev_access
                rules: path "secret/*" {}
              - name: admin
                rules: path "*" {}
              - name: shop_dev_access
                rules: path "secret/*" {}
            groups:
              - name: former@example.com
                policies: [shop_dev_access, admin, shop_dev_access]
              - name: crew@example.com
                policies:
                  - shop_dev_access # twice
                  - shop_dev_access
                type: external
            group-aliases:
              - name: crew@example.com
                mountpath: oidc
                group: crew@example.com
              - name: crew@example.com
                mountpath: oidc
                group: crew@example.com
              - name: crew@example.com
                mountpath: other
                group: crew@example.com
        """;
    assertThat(edited(old, SHOP))
        .isEqualTo(
            """
            vault:
              externalConfig:
                policies:
                  - name: 'shop_dev_access'
                    rules: |
                      path "secret/data/shop_dev/*" {
                        x
                      }
                  - name: admin
                    rules: path "*" {}
                groups:
                  - name: former@example.com
                    policies: [admin]
                  - name: crew@example.com
                    policies:
                      - shop_dev_access # twice
                    type: external
                group-aliases:
                  - name: crew@example.com
                    mountpath: oidc
                    group: crew@example.com
                  - name: crew@example.com
                    mountpath: other
                    group: crew@example.com
            """);
  }

  @Test
  void leavesAliasesOfOtherLoginsAsTheyAreAndTakesNoneOfThemForItsOwn() throws Exception {
    String theirs =
        """
              - name: 'crew@example.com'
                mountpath: 'other'
                group: 'crew@example.com'
        """;
    String before = EMPTY.replace("aliases: []\n", "aliases:\n" + theirs);
    String after = edited(before, SHOP);
    assertThat(after).isEqualTo(WITH_SHOP.replace("group-aliases:\n", "group-aliases:\n" + theirs));
    assertThat(edited(after, NO_SHOP)).contains(theirs);
  }

  @Test
  void addsManyProjectsOfOneGroupAtOnceAndTakesOneOut() throws Exception {
    VaultRight cart = given("cart", "crew@example.com");
    String both = edited(EMPTY, SHOP, cart);
    assertThat(both).contains("          - 'shop_dev_access'\n          - 'cart_dev_access'\n");
    assertThat(both.split("name: 'crew@example.com'", -1)).hasSize(3);
    assertThat(edited(both, new VaultRight("cart_dev_access", Optional.empty()), SHOP))
        .isEqualTo(WITH_SHOP);
  }

  @Test
  void knowsPositionsBehindTextOutsideTheBasicPlane() throws Exception {
    assertThat(edited("# \uD83D\uDE00\uD83D\uDE00\n" + EMPTY, SHOP))
        .isEqualTo("# \uD83D\uDE00\uD83D\uDE00\n" + WITH_SHOP);
  }

  @Test
  void givesNothingToAPrivilegedGroup() throws Exception {
    String text = edited(EMPTY, SHOP) + "# end\n";
    String privileged =
        text.replace("type: 'external'", "type: 'external'\n        metadata: {privileged: yes}");
    VaultRight other = given("cart", "other@example.com");
    assertThat(edited(privileged, given("x", "crew@example.com"), other))
        .isEqualTo(edited(privileged, other));
    assertThatThrownBy(() -> read(privileged).refusePrivileged("crew@example.com"))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("marked as privileged in a/rbac_values.yaml");
    read(privileged).refusePrivileged("other@example.com");
    assertThat(edited(privileged, NO_SHOP)).doesNotContain("shop_dev_access");
  }

  @Test
  void keepsValuesThatLookLikeYaml() throws Exception {
    VaultRight hostile =
        new VaultRight(
            "x_dev_access",
            Optional.of(new VaultRight.People("no: [a, *b] # 'c'", "  lead\n\n: \"x\" #\n")));
    String text = edited(EMPTY, hostile, SHOP);
    assertThat(edited(text, SHOP, new VaultRight("x_dev_access", Optional.empty())))
        .doesNotContain("lead")
        .contains("shop_dev_access");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "    policies: &all\n      - name: a\n    copy: *all\n",
        "    policies: !mine\n      - name: a\n    groups: *x\n",
        "    policies:\n      - {name: shop_dev_access, rules: &r x}\n    c: *r\n",
        "    policies: [{name: a, rules: b}]\n",
        "    policies: text\n",
        "    <<: {groups: []}\n    policies: []\n",
        "    policies:\n      - name: shop_dev_access\n        <<: {rules: x}\n",
        "    policies:\n      - name: shop_dev_access\n        rules: !mine x\n",
        "    policies:\n      - - name: shop_dev_access\n      - x\n    policies: []\n",
        "    groups:\n      - name: crew@example.com\n        policies: [a,\n          b]\n"
      })
  void refusesWhatItCannotEditWithoutADoubtAndNamesALine(String lists) {
    RejectedException refused = refusal("vault:\n  externalConfig:\n" + lists, SHOP);
    assertThat(refused.reason()).isEqualTo(Reason.UNREADABLE_FILE);
    assertThat(refused.sentence()).containsPattern("rbac_values[.]yaml line [1-9]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a$b", "{{a", "a\tb", "a\u0000", "a\u2028", "a\rb"})
  void letsNoValueReachFluxOrArgoCdAsMoreThanText(String hostile) {
    assertThatThrownBy(() -> new VaultRight.People("crew@example.com", hostile))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new VaultRight.People(hostile, RULES))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void needsTheMappingOnlyToWriteThere() throws Exception {
    assertThat(edited("other: 1\n", NO_SHOP)).isEqualTo("other: 1\n");
    assertThat(refusal("other: 1\n", SHOP).sentence()).contains("vault.externalConfig");
    assertThat(refusal("vault: {externalConfig: {}}\n", SHOP).sentence())
        .contains("cannot be added");
  }
}
