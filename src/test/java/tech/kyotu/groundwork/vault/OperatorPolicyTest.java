package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OperatorPolicyTest {

  @Test
  void leavesNoPlaceholderAndGivesNoSecretValueAndNoSudo() {
    for (int version : List.of(1, 2)) {
      String rules = rules(OperatorPolicy.rendered("secret", "kubernetes", version));

      assertThat(rules).doesNotContain("<", "sudo", "secret/data", "path \"*\"");
      assertThat(rules).contains("path \"auth/kubernetes/role/project-*\"");
    }
  }

  @Test
  void followsTheVersionOfTheEngine() {
    assertThat(rules(OperatorPolicy.rendered("kv1", "k8s", 1)))
        .contains("path \"kv1/groundwork/owners/*\"", "path \"kv1/*\" { capabilities = [\"list\"")
        .doesNotContain("metadata");
    assertThat(rules(OperatorPolicy.rendered("secret", "k8s", 2)))
        .contains("path \"secret/metadata/groundwork/owners/*\"", "path \"secret/metadata/*\"")
        .doesNotContain("path \"secret/*\"");
  }

  private static String rules(String policy) {
    return policy.lines().filter(line -> !line.startsWith("#")).reduce("", (a, b) -> a + b + "\n");
  }
}
