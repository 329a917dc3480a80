package tech.kyotu.groundwork.gitops.older;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.api.SpecRules;

/**
 * Reads an installation of the older operator and says which Projects it has, which settings keep
 * them as they are, what changes all the same, and what cannot be taken over.
 */
public final class Importer {

  private static final String APPLICATIONS = "applications";
  private static final Pattern SET_NAME = Pattern.compile("^ {6}name: *['\"]?(.*?)['\"]?\\s*$");
  private static final Pattern SOURCE =
      Pattern.compile("^\\s*(repoURL|revision): *['\"]?([^'\"]+?)['\"]?\\s*$");

  private final Path deployment;
  private final String argoText;
  private final String vaultText;
  private final Grants argo;
  private final Grants vault;
  private final String namespace;
  private final Map<ProjectName, Project> living = new LinkedHashMap<>();
  private final Map<String, Found.Wanted> wanted = new TreeMap<>();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<String> changes = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  private Importer(Path flux, Path deployment, List<Project> projects, String namespace)
      throws IOException {
    this.deployment = deployment;
    this.namespace = namespace;
    argoText = text(flux.resolve(SharedFiles.ARGO));
    vaultText = text(flux.resolve(SharedFiles.VAULT));
    argo = SharedFiles.argo(argoText);
    vault = SharedFiles.vault(vaultText);
    for (Project project : projects) {
      List<String> faults = SpecRules.faults(project.getSpec());
      if (faults.isEmpty()) {
        living.put(project.name(), project);
      } else {
        leftOut.add(
            "Project %s in the cluster: %s".formatted(project.ref(), String.join(" ", faults)));
      }
    }
  }

  /**
   * Reads both repositories.
   *
   * @param flux folder with the checked-out Flux repository
   * @param deployment folder with the checked-out deployment repository
   * @param projects the Projects of the cluster; they are printed as they are
   * @param namespace for Projects that only the repositories know
   * @throws IOException if a folder cannot be read
   */
  public static Found read(Path flux, Path deployment, List<Project> projects, String namespace)
      throws IOException {
    Importer importer = new Importer(flux, deployment, projects, namespace);
    importer.files();
    importer.withoutFile();
    importer.strangers();
    importer.settings();
    return new Found(
        List.copyOf(importer.wanted.values()),
        importer.settings,
        importer.changes,
        importer.leftOut);
  }

  private void files() throws IOException {
    for (Path file : listed(deployment.resolve(APPLICATIONS))) {
      String base = file.getFileName().toString();
      if (!base.endsWith(".yaml")) {
        continue;
      }
      String name = base.substring(0, base.length() - ".yaml".length());
      Optional<ProjectName> parsed = name(name);
      if (parsed.isEmpty()) {
        leftOut.add(
            "%s (%s/%s:1): not named <projectId>-<environment>"
                .formatted(name, APPLICATIONS, base));
      } else {
        project(parsed.get(), APPLICATIONS + "/" + base);
      }
    }
  }

  private void project(ProjectName name, String file) throws IOException {
    List<String> argoGroups = argo.groups("role:" + name);
    List<String> vaultGroups = vault.groups(policy(name));
    Project known = living.get(name);
    Optional<String> group =
        known != null ? Optional.of(known.googleGroup()) : agreed(argoGroups, vaultGroups);
    if (group.isEmpty()) {
      leftOut.add(whyNoGroup(name, file, argoGroups));
      return;
    }
    if (!SpecRules.isGoogleGroup(group.get())) {
      leftOut.add(
          "%s (%s): %s is no lower-case e-mail address"
              .formatted(name, argo.place("role:" + name), group.get()));
      return;
    }
    wanted.put(
        name.value(),
        known != null
            ? Found.Wanted.of(known)
            : new Found.Wanted(namespace, name.value(), name, group.get()));
    moved(name, group.get(), "role:" + name, argo);
    moved(name, group.get(), policy(name), vault);
    changes.add(
        "%s: %s gets Groundwork's AppProject and sets; the pull secret and its token are replaced"
            .formatted(name, file));
    folders(name);
  }

  private static Optional<String> agreed(List<String> argoGroups, List<String> vaultGroups) {
    List<String> groups = argoGroups.isEmpty() ? vaultGroups : argoGroups;
    return groups.size() == 1 ? Optional.of(groups.get(0)) : Optional.empty();
  }

  private String whyNoGroup(ProjectName name, String file, List<String> argoGroups) {
    String role = "role:" + name;
    if (argoGroups.size() > 1) {
      return "%s (%s): several groups have its role, %s"
          .formatted(name, argo.place(role), String.join(", ", argoGroups));
    }
    return argo.lines().containsKey(role)
        ? "%s (%s): Argo CD role without a Google group".formatted(name, argo.place(role))
        : "%s (%s:1): no group has a role of its own".formatted(name, file);
  }

  /** What the first reconcile takes from one group and gives to another. */
  private void moved(ProjectName name, String group, String right, Grants grants) {
    List<String> others =
        grants.groups(right).stream().filter(other -> !other.equals(group)).toList();
    if (!others.isEmpty()) {
      changes.add(
          "%s: %s goes from %s to %s (%s)"
              .formatted(name, right, String.join(", ", others), group, grants.place(right)));
    } else if (grants.groups(right).isEmpty()) {
      changes.add("%s: %s is given to %s (%s)".formatted(name, right, group, grants.file()));
    }
  }

  /** The older operator makes an Application of each folder of the second level too. */
  private void folders(ProjectName name) throws IOException {
    for (Path folder : listed(deployment.resolve("manifests").resolve(name.value()))) {
      for (Path inner : listed(folder)) {
        String sub = inner.getFileName().toString();
        if (!Files.isDirectory(inner) || sub.startsWith(".")) {
          continue;
        }
        String path = "manifests/%s/%s/%s".formatted(name, folder.getFileName(), sub);
        String former = sub + "-" + folder.getFileName();
        if (sub.equals("configs")) {
          settings.put("groundwork.argo.configs-set", "true");
          changes.add(
              "%s: Application %s becomes %s-%s-configs (%s)"
                  .formatted(name, former, name, folder.getFileName(), path));
        } else {
          leftOut.add(
              "Application %s (%s): only folders named configs become Applications below another; what it deployed stays and is followed by nobody"
                  .formatted(former, path));
        }
      }
    }
  }

  private void withoutFile() {
    living.forEach(
        (name, project) -> {
          if (wanted.putIfAbsent(name.value(), Found.Wanted.of(project)) == null) {
            changes.add(
                "%s: has no applications/%s.yaml; everything it lacks is made"
                    .formatted(name, name));
          }
        });
  }

  /** Roles and policies of the older operator's form that belong to no Project. */
  private void strangers() {
    argo.lines()
        .forEach(
            (role, line) -> {
              String name = role.replaceFirst("^role:", "");
              boolean isOfItsForm = role.startsWith("role:") && name(name).isPresent();
              if (isOfItsForm && !wanted.containsKey(name) && !isToldOf(name)) {
                leftOut.add(
                    "%s (%s:%d): Argo CD role without a Project; list %s in groundwork.shared.forget to remove it"
                        .formatted(name, SharedFiles.ARGO, line, name));
              }
            });
    List<String> policies = wanted.values().stream().map(it -> policy(it.name())).toList();
    vault
        .lines()
        .forEach(
            (policy, line) -> {
              if (policy.endsWith("_access") && !policies.contains(policy)) {
                leftOut.add(
                    "%s (%s:%d): Vault policy without a Project"
                        .formatted(policy, SharedFiles.VAULT, line));
              }
            });
  }

  private boolean isToldOf(String name) {
    return leftOut.stream().anyMatch(it -> it.startsWith(name + " "));
  }

  private void settings() throws IOException {
    settings.put("groundwork.takeover.older-operator", "true");
    settings.put("groundwork.gitlab.use-existing-top-level-groups", "true");
    List<String> policies = wanted.values().stream().map(it -> policy(it.name())).toList();
    boolean isShared =
        policies.stream().anyMatch(vault.lines()::containsKey)
            || wanted.keySet().stream().anyMatch(it -> argo.lines().containsKey("role:" + it));
    if (isShared) {
      settings.put("groundwork.git.layout", "shared");
    }
    SharedFiles.paths(vaultText, policies)
        .ifPresent(
            paths -> {
              settings.put("groundwork.vault.mount", paths.mount());
              settings.put("groundwork.vault.kv-version", String.valueOf(paths.version()));
              settings.put(
                  "groundwork.vault.key-style", paths.hasUnderscores() ? "underscore" : "dash");
            });
    // Their folders hold secrets of the very people whom the old policy names.
    List<String> withFolders =
        wanted.values().stream()
            .filter(it -> vault.lines().containsKey(policy(it.name())))
            .map(it -> it.name().value())
            .toList();
    if (!withFolders.isEmpty()) {
      settings.put("groundwork.vault.adopt-unmarked", String.join(",", withFolders));
    }
    List<String> mounts = SharedFiles.mounts(vaultText);
    if (mounts.size() == 1) {
      settings.put("groundwork.vault.oidc-mount", mounts.get(0));
    }
    for (Found.Wanted project : wanted.values()) {
      ofFile(deployment.resolve(APPLICATIONS).resolve(project.name() + ".yaml"));
    }
  }

  /** How Applications are called, and what they follow. */
  private void ofFile(Path file) throws IOException {
    for (String line : text(file).lines().toList()) {
      Matcher name = SET_NAME.matcher(line);
      if (name.matches() && name.group(1).startsWith("{{")) {
        settings.put("groundwork.argo.application-names", "folder-project");
      }
      Matcher source = SOURCE.matcher(line);
      if (source.matches()) {
        settings.putIfAbsent(
            source.group(1).equals("repoURL")
                ? "groundwork.argo.repository-url"
                : "groundwork.git.deployment.branch",
            source.group(2));
      }
    }
  }

  private static String policy(ProjectName name) {
    return name.value().replace('-', '_') + "_access";
  }

  private static Optional<ProjectName> name(String text) {
    int dash = text.lastIndexOf('-');
    if (dash <= 0 || !SpecRules.isProjectId(text.substring(0, dash))) {
      return Optional.empty();
    }
    return EnvironmentType.of(text.substring(dash + 1))
        .map(environment -> new ProjectName(text.substring(0, dash), environment));
  }

  private static List<Path> listed(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  private static String text(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file, UTF_8) : "";
  }
}
