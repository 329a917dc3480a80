package tech.kyotu.groundwork.gitops.shared;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What one Project should have in Vault's values.
 *
 * @param policy the name of its policy, by which all its entries are known
 * @param people whom it is given to; empty: nobody, and no entry stays
 */
public record VaultRight(String policy, Optional<People> people) implements SharedEntry {

  /** Flux and Argo CD would read the first two as theirs. */
  private static final Pattern FORBIDDEN =
      Pattern.compile("[$]|\\{\\{|[\\p{Cntrl}\\u2028\\u2029&&[^\n]]");

  /**
   * Who gets a policy.
   *
   * @param group the Google group
   * @param rules the policy's text
   */
  public record People(String group, String rules) {

    /** Refuses what could mean more than a text to whoever reads the file. */
    public People {
      if (FORBIDDEN.matcher(group + rules).find()) {
        throw new IllegalArgumentException("a policy or its group holds a forbidden character");
      }
    }
  }

  @Override
  public String name() {
    return policy;
  }

  @Override
  public boolean isWanted() {
    return people.isPresent();
  }
}
