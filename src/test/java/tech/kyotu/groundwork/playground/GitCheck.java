package tech.kyotu.groundwork.playground;

import static tech.kyotu.groundwork.playground.Look.unless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tech.kyotu.groundwork.testing.HostedRepository;

/** What is promised in the two repositories, read at their tips, behind the Git server. */
final class GitCheck {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HostedRepository flux;
  private final HostedRepository deployment;
  private final Map<String, String> fluxBefore;
  private final Map<String, String> deploymentBefore;

  /** Remembers what both repositories hold now: all of it must be there at the end. */
  GitCheck(HostedRepository flux, HostedRepository deployment) {
    this.flux = flux;
    this.deployment = deployment;
    this.fluxBefore = flux.files();
    this.deploymentBefore = deployment.files();
  }

  void present(Sample sample, Verdicts verdicts) {
    String name = sample.name();
    verdicts.check(
        "flux: projects/"
            + name
            + "/tenant.yaml gives "
            + sample.googleGroup()
            + " the right "
            + sample.clusterRole()
            + " in "
            + name
            + " alone",
        () -> tenantFault(sample));
    verdicts.check(
        "deployment: applications/" + name + ".yaml holds an AppProject for " + name + " alone",
        () -> appProjectFault(sample));
    verdicts.check(
        "deployment: applications/" + name + ".yaml holds an ApplicationSet over manifests/" + name,
        () -> applicationSetFault(sample));
    verdicts.check(
        "deployment: manifests/" + name + "/.gitkeep is there",
        () ->
            unless(
                deployment.files().containsKey("manifests/" + name + "/.gitkeep"),
                "there are " + below(deployment, "manifests/")));
  }

  /** The tenant file as the branch holds it, one document each. */
  List<JsonNode> tenant(Sample sample) {
    return documents(flux, "projects/" + sample.name() + "/tenant.yaml");
  }

  void absent(Developers developers, Verdicts verdicts) {
    Map<String, String> expected = new TreeMap<>(deploymentBefore);
    expected.putAll(developers.pushed());
    verdicts.check(
        "flux: all is byte for byte as before, no file of a Project is left",
        () -> difference(fluxBefore, flux.files()));
    verdicts.check(
        "deployment: all is byte for byte as before, with what the developers added",
        () -> difference(expected, deployment.files()));
    for (HostedRepository each : List.of(flux, deployment)) {
      verdicts.check(
          each.url().replaceAll(".*/", "") + ": no commit repeats what was there already",
          () -> repeatedCommit(each));
      verdicts.check(
          each.url().replaceAll(".*/", "") + ": no push was forced",
          () ->
              unless(
                  each.pushes().stream()
                      .allMatch(push -> push.fastForward() || push.refusal().isPresent()),
                  "one was forced"));
    }
  }

  private Optional<String> tenantFault(Sample sample) {
    List<JsonNode> documents = tenant(sample);
    JsonNode account = find(documents, "ServiceAccount", "vault-reader");
    JsonNode binding = find(documents, "RoleBinding", "groundwork-developers");
    boolean inNamespace =
        documents.stream()
            .allMatch(it -> it.at("/metadata/namespace").asText().equals(sample.name()));
    return unless(
        inNamespace
            && account.path("automountServiceAccountToken").isBoolean()
            && !account.path("automountServiceAccountToken").asBoolean()
            && binding.at("/roleRef/name").asText().equals(sample.clusterRole())
            && binding.path("subjects").size() == 1
            && binding.at("/subjects/0/kind").asText().equals("Group")
            && binding.at("/subjects/0/name").asText().equals(sample.googleGroup())
            && documents.stream().allMatch(it -> uidOf(it).equals(sample.uid())),
        "it holds " + documents);
  }

  private Optional<String> appProjectFault(Sample sample) {
    JsonNode project = find(applications(sample), "AppProject", sample.name());
    JsonNode destinations = project.at("/spec/destinations");
    JsonNode role = project.at("/spec/roles/0");
    return unless(
        destinations.size() == 1
            && destinations.at("/0/namespace").asText().equals(sample.name())
            && destinations.at("/0/server").asText().equals("https://kubernetes.default.svc")
            && !destinations.at("/0").has("name")
            && project.at("/spec/sourceRepos/0").asText().equals(deployment.url())
            && role.path("name").asText().equals("developer")
            && role.at("/groups/0").asText().equals(sample.googleGroup())
            && uidOf(project).equals(sample.uid()),
        "it holds " + project);
  }

  private Optional<String> applicationSetFault(Sample sample) {
    JsonNode set = find(applications(sample), "ApplicationSet", sample.name() + "-apps");
    return unless(
        set.at("/spec/generators/0/git/directories/0/path")
                .asText()
                .equals("manifests/" + sample.name() + "/*")
            && set.at("/spec/template/spec/project").asText().equals(sample.name())
            && set.at("/spec/template/spec/destination/namespace").asText().equals(sample.name())
            && uidOf(set).equals(sample.uid()),
        "it holds " + set);
  }

  private List<JsonNode> applications(Sample sample) {
    return documents(deployment, "applications/" + sample.name() + ".yaml");
  }

  private static List<JsonNode> documents(HostedRepository repository, String path) {
    String text = repository.files().get(path);
    if (text == null) {
      throw new IllegalStateException("there is no " + path);
    }
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    return StreamSupport.stream(yaml.loadAll(text).spliterator(), false)
        .map(document -> JSON.<JsonNode>valueToTree(document))
        .toList();
  }

  private static JsonNode find(List<JsonNode> documents, String kind, String name) {
    return documents.stream()
        .filter(it -> it.path("kind").asText().equals(kind))
        // A RoleBinding bears its role in the name where the role is not the usual one.
        .filter(it -> it.at("/metadata/name").asText().startsWith(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("there is no " + kind + " " + name));
  }

  private static String uidOf(JsonNode document) {
    return document.path("metadata").path("annotations").path("kyotu.tech/project-uid").asText();
  }

  private static Optional<String> difference(Map<String, String> before, Map<String, String> now) {
    Set<String> paths = new TreeSet<>(before.keySet());
    paths.addAll(now.keySet());
    paths.removeIf(path -> before.containsKey(path) && before.get(path).equals(now.get(path)));
    return unless(paths.isEmpty(), "these differ: " + paths);
  }

  private static Set<String> below(HostedRepository repository, String prefix) {
    Set<String> paths = new TreeSet<>(repository.files().keySet());
    paths.removeIf(path -> !path.startsWith(prefix));
    return paths;
  }

  private static Optional<String> repeatedCommit(HostedRepository repository) {
    return repository.history().stream()
        .filter(commit -> !commit.parents().isEmpty())
        .filter(commit -> repository.changedPaths(commit.parents().get(0), commit.id()).isEmpty())
        .map(commit -> commit.id() + " changes nothing")
        .findFirst();
  }
}
