package tech.kyotu.groundwork.playground;

import static tech.kyotu.groundwork.playground.Look.unless;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.VaultAnswer;
import tech.kyotu.groundwork.testing.VaultServer;

/**
 * What is promised in Vault: its objects as root reads them, and what pods and people can do when
 * they log in. Where no Flux runs, the ServiceAccount of the pods is applied from the branch here.
 */
final class VaultCheck {
  private static final String ACCOUNT = "vault-reader";

  private final VaultServer vault;
  private final ControlPlane cluster;
  private final KubernetesClient admin;
  private final GitCheck git;
  private final boolean hasFlux;
  private final Map<String, String> pods = new HashMap<>();

  VaultCheck(VaultServer vault, ControlPlane cluster, GitCheck git, boolean hasFlux) {
    this.vault = vault;
    this.cluster = cluster;
    this.admin = cluster.adminClient();
    this.git = git;
    this.hasFlux = hasFlux;
  }

  void present(Sample sample, List<Sample> all, Verdicts verdicts) {
    String name = sample.name();
    verdicts.check("Vault: policies of people and pods of " + name, () -> policyFault(sample));
    verdicts.check(
        "Vault: group of " + name + " has the people of " + sample.googleGroup(),
        () -> groupFault(sample));
    verdicts.check(
        "Vault: role of " + name + " is for " + ACCOUNT + " in that namespace alone",
        () -> roleFault(sample));
    verdicts.check(
        "Vault: a pod of " + name + " logs in and reads its own secret", () -> podFault(sample));
    verdicts.check(
        "Vault: a pod of " + name + " is denied on every other Project's secret",
        () -> trespass(podToken(sample), others(sample, all, false)));
    verdicts.check(
        "Vault: a person of " + sample.googleGroup() + " reads and writes below " + name,
        () -> personFault(sample));
    verdicts.check(
        "Vault: a person of " + sample.googleGroup() + " is denied on other people's Projects",
        () -> trespass(person(sample), others(sample, all, true)));
  }

  void absent(Sample sample, Verdicts verdicts) {
    String name = sample.name();
    verdicts.check(
        "Vault: policies, group and role of " + name + " are gone",
        () -> stillThere(sample).map(path -> path + " is still there"));
    verdicts.check(
        "Vault: a pod of " + name + " cannot log in any more", () -> loginStillWorks(sample));
    verdicts.check(
        "Vault: the token that a pod of " + name + " had is denied",
        () -> {
          String token = pods.get(name);
          return token == null
              ? Optional.of("no pod ever logged in")
              : unless(isDenied(vault.as(token).read(secret(sample))), "it still reads");
        });
    verdicts.check(
        "Vault: the secrets of " + name + " are retained",
        () -> answers(vault.root().read(secret(sample)), 200));
  }

  /** No Project has these people any more. */
  void peopleGone(List<Sample> all, Verdicts verdicts) {
    Set<String> groups = new TreeSet<>();
    all.forEach(sample -> groups.add(sample.googleGroup()));
    for (String mail : groups) {
      verdicts.check(
          "Vault: the group made for " + mail + " is gone",
          () -> answers(vault.root().read("identity/group/name/groundwork-" + mail), 404));
    }
  }

  /** Tokens that must appear nowhere. */
  List<String> secrets() {
    return List.copyOf(pods.values());
  }

  private Optional<String> policyFault(Sample sample) {
    for (String kind : List.of("access", "read")) {
      String path = "sys/policies/acl/project-" + sample.name() + "-" + kind;
      String text = vault.root().read(path).data().path("policy").asText();
      if (!text.contains("secret/data/" + sample.name() + "/*") || !text.contains(sample.uid())) {
        return Optional.of(path + " is: " + text);
      }
    }
    return Optional.empty();
  }

  private Optional<String> groupFault(Sample sample) {
    JsonNode group = vault.root().read("identity/group/name/project-" + sample.name()).data();
    JsonNode member =
        vault.root().read("identity/group/name/groundwork-" + sample.googleGroup()).data();
    return unless(
        group.at("/policies/0").asText().equals("project-" + sample.name() + "-access")
            && group.path("policies").size() == 1
            && group.path("member_group_ids").size() == 1
            && group.at("/member_group_ids/0").asText().equals(member.path("id").asText())
            && group.at("/metadata/uid").asText().equals(sample.uid())
            && member.at("/alias/name").asText().equals(sample.googleGroup()),
        "the group is " + group + ", its people are " + member);
  }

  private Optional<String> roleFault(Sample sample) {
    JsonNode role = vault.root().read("auth/kubernetes/role/project-" + sample.name()).data();
    return unless(
        one(role, "bound_service_account_names").equals(ACCOUNT)
            && one(role, "bound_service_account_namespaces").equals(sample.name())
            && one(role, "token_policies").equals("project-" + sample.name() + "-read")
            && role.path("audience").asText().equals("vault"),
        "it is " + role);
  }

  private Optional<String> podFault(Sample sample) {
    writeSecret(sample);
    VaultAnswer answer = vault.as(podToken(sample)).read(secret(sample));
    return unless(
        answer.data().at("/data/owner").asText().equals(sample.name()), "Vault says " + answer);
  }

  private Optional<String> personFault(Sample sample) {
    String token = person(sample);
    String path = "secret/data/" + sample.name() + "/person";
    VaultAnswer written =
        vault.as(token).write(path, Map.of("data", Map.of("owner", sample.name())));
    VaultAnswer read = vault.as(token).read(path);
    return unless(
        written.status() == 200 && read.status() == 200, "written " + written + ", read " + read);
  }

  private Optional<String> trespass(String token, List<Sample> others) {
    for (Sample other : others) {
      writeSecret(other);
      VaultAnswer answer = vault.as(token).read(secret(other));
      if (!isDenied(answer)) {
        return Optional.of(secret(other) + ": " + answer);
      }
    }
    return Optional.empty();
  }

  private static List<Sample> others(Sample sample, List<Sample> all, boolean ofOtherPeople) {
    return all.stream()
        .filter(other -> !other.equals(sample))
        .filter(other -> !ofOtherPeople || !other.googleGroup().equals(sample.googleGroup()))
        .toList();
  }

  private Optional<String> stillThere(Sample sample) {
    String project = "project-" + sample.name();
    return List.of(
            "sys/policies/acl/" + project + "-access",
            "sys/policies/acl/" + project + "-read",
            "identity/group/name/" + project,
            "auth/kubernetes/role/" + project)
        .stream()
        .filter(path -> vault.root().read(path).status() != 404)
        .findFirst();
  }

  /** Where the namespace went its ServiceAccounts did too; then nobody is left who could log in. */
  private Optional<String> loginStillWorks(Sample sample) {
    if (admin.serviceAccounts().inNamespace(sample.name()).withName(ACCOUNT).get() == null) {
      return Optional.empty();
    }
    VaultAnswer answer = login(sample);
    return unless(answer.status() / 100 == 4, "Vault says " + answer);
  }

  private String podToken(Sample sample) {
    return pods.computeIfAbsent(
        sample.name(),
        name -> {
          if (!hasFlux) {
            applyAsFluxWould(sample);
          }
          return login(sample).token();
        });
  }

  private VaultAnswer login(Sample sample) {
    return vault.loginPod(
        "project-" + sample.name(), cluster.tokenFor(sample.name(), ACCOUNT, "vault"));
  }

  private void applyAsFluxWould(Sample sample) {
    for (JsonNode document : git.tenant(sample)) {
      admin.resource(document.toString()).fieldManager("flux").forceConflicts().serverSideApply();
    }
  }

  /** A retained namespace keeps what Flux would prune; here that falls to us. */
  void pruneAsFluxWould(Sample sample) {
    if (hasFlux) {
      return;
    }
    admin.serviceAccounts().inNamespace(sample.name()).withName(ACCOUNT).delete();
    admin
        .rbac()
        .roleBindings()
        .inNamespace(sample.name())
        .withLabel("app.kubernetes.io/managed-by", "groundwork")
        .delete();
  }

  private String person(Sample sample) {
    return vault.loginPerson("jo@example.com", sample.googleGroup());
  }

  private void writeSecret(Sample sample) {
    vault.root().write(secret(sample), Map.of("data", Map.of("owner", sample.name())));
  }

  private static String secret(Sample sample) {
    return "secret/data/" + sample.name() + "/database";
  }

  private static boolean isDenied(VaultAnswer answer) {
    return answer.status() == 403;
  }

  private static Optional<String> answers(VaultAnswer answer, int status) {
    return unless(answer.status() == status, "Vault says " + answer);
  }

  private static String one(JsonNode role, String field) {
    return role.path(field).size() == 1 ? role.at("/" + field + "/0").asText() : "";
  }
}
