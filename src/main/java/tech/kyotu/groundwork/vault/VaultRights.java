package tech.kyotu.groundwork.vault;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.Grant;
import tech.kyotu.groundwork.step.StepException;

/** Who may do what with a Project's secrets, as Vault has it now. */
public final class VaultRights {

  private static final Pattern RULE =
      Pattern.compile("path \"([^\"]*)\" *\\{\\s*capabilities *= *\\[([^\\]]*)\\]");

  private final Vault vault;
  private final GroundworkConfig.Vault settings;

  /** Rights in this Vault. */
  public VaultRights(Vault vault, GroundworkConfig.Vault settings) {
    this.vault = vault;
    this.settings = settings;
  }

  /**
   * The rights of people and of pods.
   *
   * @throws StepException if Vault does not answer, or refuses
   */
  public List<Grant> of(Project project) throws StepException {
    VaultNames names = VaultNames.of(project.name(), settings);
    Seen seen = Seen.of(vault, names, project.googleGroup());
    List<Grant> grants = new ArrayList<>();
    if (seen.group().isPresent()) {
      for (String policy : new TreeSet<>(seen.group().get().policies())) {
        String people =
            seen.group().get().metadata().getOrDefault(Marks.PEOPLE, project.googleGroup());
        grants.add(new Grant(people, "Vault", may(policy), "policy " + policy));
      }
    }
    if (seen.role().isPresent()) {
      Vault.Role role = seen.role().get();
      String pods = "pods of " + String.join(", ", new TreeSet<>(role.namespaces()));
      String accounts = String.join(", ", new TreeSet<>(role.serviceAccounts()));
      for (String policy : new TreeSet<>(role.policies())) {
        grants.add(
            new Grant(
                pods,
                "Vault",
                may(policy),
                "role %s, ServiceAccount %s, policy %s".formatted(names.role(), accounts, policy)));
      }
    }
    return grants;
  }

  /** The rule about the values of the secrets; those about their history say less. */
  private String may(String policy) throws StepException {
    Optional<String> text = vault.policy(policy);
    if (text.isEmpty()) {
      return "nothing: the policy is gone";
    }
    Matcher rules = RULE.matcher(text.get());
    return rules.find()
        ? rules.group(2).replace("\"", "") + " " + rules.group(1)
        : "what the policy says";
  }
}
