package tech.kyotu.groundwork.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.RejectedException;

/** What {@code applications/<name>.yaml} says, and that it reaches no further than the Project. */
final class ArgoTemplates {

  static final String APP_PROJECT = "argocd-templates/project/appproject.yaml";
  static final String APPLICATION_SET = "argocd-templates/project/applicationset.yaml";
  static final String CONFIGS_SET = "argocd-templates/project/applicationset-configs.yaml";
  static final String README = "argocd-templates/project/manifests-readme.md";

  private static final Map<String, String> NETWORK_POLICY =
      Map.of("group", "networking.k8s.io", "kind", "NetworkPolicy");

  private final TemplateFiles files;
  private final GroundworkConfig config;

  ArgoTemplates(TemplateFiles files, GroundworkConfig config) {
    this.files = files;
    this.config = config;
  }

  /** The AppProject. */
  String appProject(RenderInput input) throws RejectedException {
    String name = input.name().value();
    Map<String, Object> values = values(input);
    values.put("google-group", input.googleGroup());
    values.put("optional-policies", optionalPolicies(input));
    values.put("extra-source-repos", sourceRepos(input));
    values.put(
        "more-forbidden-kinds", config.flux().defaultDeny() ? List.of(NETWORK_POLICY) : List.of());
    Template template = files.template(APP_PROJECT);
    boolean isShared = config.git().layout() == GroundworkConfig.Layout.SHARED;
    // Where one file gives the rights of all Projects, an AppProject gives none beside it.
    String text =
        Template.literal(
            APP_PROJECT, (isShared ? template.without("spec", "roles") : template).render(values));
    RenderedDocument document =
        RenderedDocument.only(APP_PROJECT, text, "argoproj.io/v1alpha1 AppProject", input);
    document.require(document.name().equals(name), "renders an AppProject of another name");
    List<RenderedDocument> destinations = document.items("spec", "destinations");
    document.require(
        destinations.size() == 1
            && destinations.get(0).is(name, "namespace")
            && destinations.get(0).field("name").isEmpty(),
        "renders destinations other than the project's namespace");
    // An empty one would forbid all kinds.
    document.require(
        !document.is(List.of(), "spec", "namespaceResourceWhitelist"),
        "renders an empty namespaceResourceWhitelist");
    document.require(
        !config.flux().defaultDeny()
            || document.items("spec", "namespaceResourceBlacklist").stream()
                .anyMatch(kind -> NETWORK_POLICY.equals(kind.content())),
        "must forbid NetworkPolicy with groundwork.flux.default-deny: add <more-forbidden-kinds>");
    return text;
  }

  /** The sets that make Applications. */
  String applicationSets(RenderInput input) throws RejectedException {
    String apps = applicationSet(APPLICATION_SET, input);
    return config.argo().configsSet() ? apps + applicationSet(CONFIGS_SET, input) : apps;
  }

  private String applicationSet(String file, RenderInput input) throws RejectedException {
    String name = input.name().value();
    Map<String, Object> values = values(input);
    values.put("branch", config.git().deployment().branch());
    values.put("preserve-resources", input.retainsNamespace());
    boolean projectFirst =
        config.argo().applicationNames() == GroundworkConfig.ApplicationNames.PROJECT_FOLDER;
    values.put("name-before", projectFirst ? name + "-" : "");
    values.put("name-after", projectFirst ? "" : "-" + name);
    // What a renamed Application deployed is its former one's until it has brought it up to date.
    values.put(
        "shared-resources",
        config.takeover().olderOperator() ? List.of() : List.of("FailOnSharedResource=true"));
    String text = files.template(file).render(values);
    RenderedDocument document =
        RenderedDocument.only(file, text, "argoproj.io/v1alpha1 ApplicationSet", input);
    boolean isConfigs = document.name().equals(name + "-configs");
    document.require(
        document.name().startsWith(name + "-")
            && isConfigs == file.equals(CONFIGS_SET)
            && document.is(name, "spec", "template", "spec", "project")
            && document.is(name, "spec", "template", "spec", "destination", "namespace"),
        "renders applications outside the project");
    document.require(
        document.is(input.retainsNamespace(), "spec", "syncPolicy", "preserveResourcesOnDeletion"),
        "must set preserveResourcesOnDeletion to <preserve-resources>");
    return text;
  }

  /**
   * The first {@code README.md} of the developers' folder. Here the name is put in as text: it is a
   * DNS label, and nobody parses the file.
   */
  byte[] readme(RenderInput input) throws RejectedException {
    byte[] content =
        files.content(Path.of(README), () -> Template.invalid(README, "cannot be read"));
    return new String(content, UTF_8).replace("<name>", input.name().value()).getBytes(UTF_8);
  }

  private List<String> optionalPolicies(RenderInput input) {
    List<String> policies = new ArrayList<>();
    String name = input.name().value();
    String policy = "p, proj:%1$s:developer, %2$s, %1$s/*, allow";
    if (config.argo().execEnvironments().orElse(Set.of()).contains(input.name().environment())) {
      policies.add(policy.formatted(name, "exec, create"));
    }
    if (config.argo().allowUpdate()) {
      policies.add(policy.formatted(name, "applications, update"));
    }
    return policies;
  }

  private List<String> sourceRepos(RenderInput input) {
    Stream<String> extra = config.argo().extraSourceRepos().stream().flatMap(Set::stream).sorted();
    return config.argo().groupSource()
        ? Stream.concat(extra, Stream.of(repositoriesOfGroup(input))).toList()
        : extra.toList();
  }

  /**
   * In Argo CD 3.2 the star stands for one part of a path: repositories of subgroups do not fit.
   */
  private String repositoriesOfGroup(RenderInput input) {
    GroundworkConfig.GitLab gitlab = config.gitlab();
    String parent = gitlab.parent().map(path -> path + "/").orElse("");
    return "%s/%s%s/*"
        .formatted(
            withoutUser(gitlab.url()).replaceFirst("/+$", ""), parent, input.name().projectId());
  }

  private Map<String, Object> values(RenderInput input) {
    Map<String, Object> values = input.values();
    values.put("argocd-namespace", config.argo().namespace());
    values.put(
        "repository-url",
        withoutUser(config.argo().repositoryUrl().orElse(config.git().deployment().url())));
    return values;
  }

  /** A user is part of an address of SSH, and none of HTTP, where it may be a credential. */
  private static String withoutUser(URI url) {
    String user = url.getRawUserInfo();
    return user == null || "ssh".equals(url.getScheme())
        ? url.toString()
        : url.toString().replace(user + "@", "");
  }
}
