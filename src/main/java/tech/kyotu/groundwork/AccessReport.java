package tech.kyotu.groundwork;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.RegistryToken;
import tech.kyotu.groundwork.api.SpecRules;
import tech.kyotu.groundwork.gitops.RepositoryRights;
import tech.kyotu.groundwork.step.Grant;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.vault.VaultRights;
import tech.kyotu.groundwork.view.AccessView;

/** Who may do what, read from where it is given: both repositories, Vault, and the token's life. */
final class AccessReport {

  private final Supplier<? extends Collection<Project>> projects;
  private final RepositoryRights repositories;
  private final Optional<VaultRights> vault;

  AccessReport(
      Supplier<? extends Collection<Project>> projects,
      RepositoryRights repositories,
      Optional<VaultRights> vault) {
    this.projects = projects;
    this.repositories = repositories;
    this.vault = vault;
  }

  @FunctionalInterface
  private interface Source {
    List<Grant> of(Project project) throws StepException;
  }

  /** Of one Project. */
  AccessView of(Project project) {
    return of(List.of(project), Optional.empty());
  }

  /** Of a Google group, in all Projects. */
  AccessView of(String group) {
    List<Project> known =
        projects.get().stream()
            .filter(project -> SpecRules.faults(project.getSpec()).isEmpty())
            .map(Project.class::cast)
            .sorted((one, other) -> one.ref().toString().compareTo(other.ref().toString()))
            .toList();
    return of(known, Optional.of(group));
  }

  private AccessView of(List<Project> asked, Optional<String> group) {
    List<AccessView.OfProject> grants = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    for (Project project : asked) {
      for (Source source : sources()) {
        try {
          source.of(project).stream()
              .filter(grant -> group.isEmpty() || grant.who().equals(group.get()))
              .map(grant -> view(project, grant))
              .forEach(grants::add);
        } catch (StepException trouble) {
          unread.add("%s: %s".formatted(project.ref(), trouble.sentence()));
        }
      }
    }
    return AccessView.of(grants, unread);
  }

  private List<Source> sources() {
    List<Source> sources =
        new ArrayList<>(List.of(repositories::byFlux, repositories::byDeployment));
    vault.ifPresent(it -> sources.add(it::of));
    sources.add(AccessReport::byRegistry);
    return sources;
  }

  private static List<Grant> byRegistry(Project project) {
    RegistryToken token = project.statusOrUnseen().registryToken();
    if (token == null) {
      return List.of();
    }
    return List.of(
        new Grant(
            "kubelets",
            "Registry",
            "pull images of " + groupOf(project),
            "token %d, until %s".formatted(token.id(), token.expiresAt())));
  }

  private static String groupOf(Project project) {
    return project.statusOrUnseen().holdings().stream()
        .filter(holding -> holding.id().equals("gitlab-group"))
        .map(holding -> holding.reference().replaceFirst("^\\d+ ", ""))
        .findFirst()
        .orElse("its GitLab group");
  }

  private static AccessView.OfProject view(Project project, Grant grant) {
    return new AccessView.OfProject(
        project.ref().namespace(),
        project.ref().name(),
        grant.who(),
        grant.where(),
        grant.may(),
        grant.by());
  }
}
