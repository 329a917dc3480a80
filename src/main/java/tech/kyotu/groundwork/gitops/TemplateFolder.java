package tech.kyotu.groundwork.gitops;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * What our files say for a Project. Content depends on the Project's name, mark, people and
 * deletion policy and on the settings, on nothing else: no time, no generation. A rendered file is
 * parsed again and must be of the kinds, and about the Project, that it is meant to be.
 */
public final class TemplateFolder {

  static final String TENANT = "flux-repo-template/project/tenant.yaml";
  static final String APP_PROJECT = "argocd-templates/project/appproject.yaml";
  static final String APPLICATION_SET = "argocd-templates/project/applicationset.yaml";

  private static final String BINDING = "groundwork-developers";
  private static final Set<String> TENANT_KINDS =
      Set.of(
          "v1 ServiceAccount",
          "v1 ResourceQuota",
          "v1 LimitRange",
          "rbac.authorization.k8s.io/v1 RoleBinding",
          "networking.k8s.io/v1 NetworkPolicy");

  private final Path root;
  private final GroundworkConfig config;
  private final Map<String, Template> templates = new ConcurrentHashMap<>();

  /** Templates below the folder that the settings name; each is read at its first use. */
  public TemplateFolder(GroundworkConfig config) {
    this.root = config.git().templateFolder();
    this.config = config;
  }

  /**
   * {@code projects/<name>/tenant.yaml}.
   *
   * @throws RejectedException {@code TemplateInvalid}
   */
  byte[] tenant(RenderInput input) throws RejectedException {
    EnvironmentType environment = input.name().environment();
    String usual =
        switch (environment) {
          case DEV, QA, TEST -> "edit";
          case STAGE, PROD -> "view";
        };
    String role = config.flux().role().getOrDefault(environment, usual);
    Map<String, Object> values = common(input);
    values.put("developers-role", role);
    // The role of a binding cannot change. With another name Flux makes a new one and prunes the
    // old.
    values.put("developers-binding", role.equals(usual) ? BINDING : BINDING + "-" + role);
    values.put("google-group", input.googleGroup());
    String text = template(TENANT).render(values);
    for (Object document : Template.parsed(text, TENANT)) {
      require(TENANT, TENANT_KINDS.contains(kind(document)), "renders a kind that is not allowed");
      requireMark(TENANT, document, input);
      require(
          TENANT,
          field(document, "metadata", "namespace").equals(Optional.of(input.name().value())),
          "renders an object outside the project's namespace");
    }
    return withHeader(input, text);
  }

  /**
   * {@code applications/<name>.yaml}, whole.
   *
   * @throws RejectedException {@code TemplateInvalid}
   */
  byte[] applications(RenderInput input) throws RejectedException {
    return withHeader(input, appProject(input) + applicationSet(input));
  }

  /**
   * {@code applications/<name>.yaml} while its applications go: only the AppProject, without which
   * they could not be finalised.
   *
   * @throws RejectedException {@code TemplateInvalid}
   */
  byte[] appProjectAlone(RenderInput input) throws RejectedException {
    return withHeader(input, appProject(input));
  }

  private String appProject(RenderInput input) throws RejectedException {
    String name = input.name().value();
    Map<String, Object> values = argo(input);
    values.put("google-group", input.googleGroup());
    values.put("optional-policies", optionalPolicies(input));
    values.put(
        "extra-source-repos",
        config.argo().extraSourceRepos().stream().flatMap(Set::stream).sorted().toList());
    Template template = template(APP_PROJECT);
    boolean isShared = config.git().layout() == GroundworkConfig.Layout.SHARED;
    // Where one file gives the rights of all Projects, an AppProject gives none beside it.
    String text = (isShared ? template.without("spec", "roles") : template).render(values);
    Object document = only(APP_PROJECT, text, "argoproj.io/v1alpha1 AppProject", input);
    require(
        APP_PROJECT,
        field(document, "metadata", "name").equals(Optional.of(name)),
        "renders an AppProject of another name");
    Object destinations = field(document, "spec", "destinations").orElse(List.of());
    boolean isConfined =
        destinations instanceof List<?> list
            && list.size() == 1
            && field(list.get(0), "namespace").equals(Optional.of(name))
            && field(list.get(0), "name").isEmpty();
    require(APP_PROJECT, isConfined, "renders destinations other than the project's namespace");
    return text;
  }

  private String applicationSet(RenderInput input) throws RejectedException {
    String name = input.name().value();
    Map<String, Object> values = argo(input);
    values.put("branch", config.git().deployment().branch());
    values.put("preserve-resources", input.retainsNamespace());
    String text = template(APPLICATION_SET).render(values);
    Object document = only(APPLICATION_SET, text, "argoproj.io/v1alpha1 ApplicationSet", input);
    boolean isConfined =
        String.valueOf(field(document, "metadata", "name").orElse("")).startsWith(name + "-")
            && field(document, "spec", "template", "spec", "project").equals(Optional.of(name))
            && field(document, "spec", "template", "spec", "destination", "namespace")
                .equals(Optional.of(name));
    require(APPLICATION_SET, isConfined, "renders applications outside the project");
    require(
        APPLICATION_SET,
        field(document, "spec", "syncPolicy", "preserveResourcesOnDeletion")
            .equals(Optional.of(input.retainsNamespace())),
        "must set preserveResourcesOnDeletion to <preserve-resources>");
    return text;
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

  private Map<String, Object> argo(RenderInput input) {
    Map<String, Object> values = common(input);
    values.put("argocd-namespace", config.argo().namespace());
    values.put(
        "repository-url",
        withoutUser(config.argo().repositoryUrl().orElse(config.git().deployment().url())));
    return values;
  }

  private static String withoutUser(URI url) {
    String user = url.getRawUserInfo();
    return user == null ? url.toString() : url.toString().replace(user + "@", "");
  }

  private static Map<String, Object> common(RenderInput input) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", input.name().value());
    values.put("uid", input.owner().uid());
    return values;
  }

  private Template template(String file) throws RejectedException {
    Template known = templates.get(file);
    if (known == null) {
      known = Template.read(root, file);
      templates.put(file, known);
    }
    return known;
  }

  private static byte[] withHeader(RenderInput input, String text) {
    return (FileMark.header(input.owner()) + text).getBytes(StandardCharsets.UTF_8);
  }

  private static Object only(String file, String text, String kind, RenderInput input)
      throws RejectedException {
    List<Object> documents = Template.parsed(text, file);
    require(
        file,
        documents.size() == 1 && kind(documents.get(0)).equals(kind),
        "must render exactly one " + kind);
    requireMark(file, documents.get(0), input);
    return documents.get(0);
  }

  private static void requireMark(String file, Object document, RenderInput input)
      throws RejectedException {
    require(
        file,
        field(document, "metadata", "annotations", "kyotu.tech/project-uid")
            .equals(Optional.of(input.owner().uid())),
        "renders an object without the annotation kyotu.tech/project-uid");
  }

  private static void require(String file, boolean holds, String otherwise)
      throws RejectedException {
    if (!holds) {
      throw Template.invalid(file, otherwise);
    }
  }

  private static String kind(Object document) {
    return field(document, "apiVersion").orElse("") + " " + field(document, "kind").orElse("");
  }

  private static Optional<Object> field(@Nullable Object document, String... path) {
    Object at = document;
    for (String key : path) {
      at = at instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return Optional.ofNullable(at);
  }
}
