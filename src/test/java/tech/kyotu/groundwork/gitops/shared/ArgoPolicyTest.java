package tech.kyotu.groundwork.gitops.shared;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;

class ArgoPolicyTest {

  private static final ArgoRole SHOP =
      ArgoRole.of(
          "shop-dev",
          "crew@example.com",
          List.of(new ArgoRole.Right("applications", "get"), new ArgoRole.Right("logs", "get")));
  private static final ArgoRole NO_SHOP = ArgoRole.none("shop-dev");

  private static final String MAP =
      """
      kind: ConfigMap
      data:
        # rights
        policy.csv: |
            # people
            g, admins@example.com, role:admin\s\s

            p, role:shop-dev2, logs, get, shop-dev2/*, allow
        policy.default: ''
      """;

  private static final String WITH_SHOP =
      MAP.replace(
          "  policy.default",
          """
                p, role:shop-dev, applications, get, shop-dev/*, allow
                p, role:shop-dev, logs, get, shop-dev/*, allow
                g, crew@example.com, role:shop-dev
            policy.default\
          """);

  private static ArgoPolicy read(String text, Optional<String> pointer) throws RejectedException {
    return ArgoPolicy.read("a/rbac.yaml", text.getBytes(UTF_8), pointer);
  }

  private static String edited(String text, ArgoRole... roles) throws RejectedException {
    return edited(text, Optional.empty(), roles);
  }

  private static String edited(String text, Optional<String> pointer, ArgoRole... roles)
      throws RejectedException {
    Optional<byte[]> after = read(text, pointer).with(List.of(roles));
    String result = after.map(bytes -> new String(bytes, UTF_8)).orElse(text);
    assertThat(read(result, pointer).with(List.of(roles))).isEmpty();
    return result;
  }

  private static String refusal(String text, ArgoRole... roles) {
    RejectedException refused =
        catchThrowableOfType(RejectedException.class, () -> edited(text, roles));
    assertThat(refused).as("a refusal").isNotNull();
    assertThat(refused.reason()).isEqualTo(Reason.UNREADABLE_FILE);
    return refused.sentence();
  }

  @Test
  void addsLinesAtTheEndOfTheBlockAndTakesThemOutAgain() throws Exception {
    assertThat(edited(MAP, SHOP)).isEqualTo(WITH_SHOP);
    assertThat(edited(WITH_SHOP, NO_SHOP)).isEqualTo(MAP);
  }

  @Test
  void leavesAnEmptyLineThatStoodBeforeOurLastOnes() throws Exception {
    String before = "data:\n  policy.csv: |\n    g, a@example.com, role:admin\n\n";
    String ours = "    p, role:shop-dev, logs, get, shop-dev/*, allow\n";
    assertThat(edited(before + ours, ArgoRole.none("shop-dev"))).isEqualTo(before);
  }

  @Test
  void keepsLineEndsOfWindowsAndPositionsOutsideTheBasicPlane() throws Exception {
    String windows = "# \uD83D\uDE00\r\n";
    assertThat(edited(windows + MAP.replace("\n", "\r\n"), SHOP))
        .isEqualTo(windows + WITH_SHOP.replace("\n", "\r\n"));
  }

  @Test
  void cleansWhatIsOursByNameAndKeepsThePlaceOfItsFirstLine() throws Exception {
    String old =
        MAP.replace(
            "      # people",
            """
                  p,role:shop-dev,applications,*,shop-dev/*,allow
                  # people
                  "g", former@example.com , role:shop-dev
                  p, role:shop-dev, logs, get, shop-dev/*, allow
                  p, role:shop-dev, logs, get, shop-dev/*, allow\
            """);
    assertThat(edited(old, SHOP))
        .isEqualTo(
            MAP.replace(
                "      # people",
                """
                      p, role:shop-dev, applications, get, shop-dev/*, allow
                      p, role:shop-dev, logs, get, shop-dev/*, allow
                      g, crew@example.com, role:shop-dev
                      # people\
                """));
    assertThat(edited(old, NO_SHOP)).isEqualTo(MAP);
  }

  @Test
  void leavesLinesThatAreRightWhereverTheyStand() throws Exception {
    String scattered = WITH_SHOP.replace("      g, crew", "      # between\n      g, crew");
    assertThat(edited(scattered, SHOP)).isEqualTo(scattered);
  }

  @Test
  void editsManyRolesAtOnce() throws Exception {
    ArgoRole cart = ArgoRole.of("cart-qa", "crew@example.com", List.of());
    String both = edited(MAP, SHOP, cart);
    assertThat(edited(both, NO_SHOP, cart))
        .isEqualTo(edited(MAP, cart))
        .contains("      g, crew@example.com, role:cart-qa\n  policy.default");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spec:\n  rbac:\n    policy: |\n      # x\n",
        "kind: A\n---\nspec:\n  rbac:\n    policy: |2-\n       # x\n",
        "- path: /spec/rbac/policy\n  value: |\n    # x\n- path: /o\n  value: |\n   y\n",
        "first: |\n  text\nlast:\n  deep: |-\n    # x",
        "data:\n  policy.csv: |\n",
        "data:\n  policy.csv: |+\n    # x\n\n\nmore: 1\n"
      })
  void findsTheBlock(String text) throws Exception {
    String with = edited(text, SHOP);
    assertThat(with).containsPattern("(?m)^ +g, crew@example.com, role:shop-dev$");
    assertThat(edited(with, NO_SHOP).strip()).isEqualTo(text.strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'a: 1\n'; holds no policy",
        "'data:\n  policy.csv: \"x\"\n'; no block of text",
        "'data:\n  policy.csv: >\n    x\n'; no block of text",
        "'data:\n  policy.csv: &a |\n    # x\nb: *a\n'; anchor",
        "'data: &a\n  policy.csv: |\n    # x\nb: *a\n'; anchor",
        "'data:\n  policy.csv: !own |\n    # x\n'; tag",
        "'data:\n  policy.csv: |\n    # x\n    p, a, b\n'; line 4",
        "'data:\n  policy.csv: |\n    g, \"a, role:shop-dev\n'; line 3",
        "'data:\n  policy.csv: |\n    # x\n---\ndata:\n  policy.csv: |\n    # x\n'; policy-node"
      })
  void refusesWhatItCannotEditWithoutADoubt(String text, String why) {
    assertThat(refusal(text, SHOP)).contains(why).containsPattern("rbac[.]yaml line [1-9]");
  }

  @Test
  void takesThePointerWhereMoreThanOneTextMayBeThePolicy() throws Exception {
    String two = "a:\n  x/y:\n    - v: |\n        # one\nb: |\n  # two\n";
    assertThat(edited(two, Optional.of("/a/x~1y/0/v"), SHOP))
        .startsWith("a:\n  x/y:\n    - v: |\n        # one\n        p, role:shop-dev, ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,b", "a\"b", "#a", "a\nb", "a\rb", "a\u0000b", "a\u2028b", " a", ""})
  void letsNoValueBecomeAnotherGrant(String hostile) {
    assertThatThrownBy(() -> ArgoRole.of("shop-dev", hostile, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsLinesAsArgoCdDoes() {
    assertThat(PolicyLine.fields("  # p, a")).contains(List.of());
    assertThat(PolicyLine.fields(" p,a, \"b, \"\"c\"\"\",d,e,f "))
        .contains(List.of("p", "a", "b, \"c\"", "d", "e", "f"));
    assertThat(PolicyLine.fields("g, a, ")).contains(List.of("g", "a", ""));
    for (String bad : List.of("g, a", "p, a, b, c, d", ", x", "g, \"a\"b, c", "g, a\"b, c")) {
      assertThat(PolicyLine.fields(bad)).as(bad).isEmpty();
    }
  }
}
