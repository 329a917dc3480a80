package tech.kyotu.groundwork.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.Settings;

/** What our code commits about people's rights in Argo CD, for judges in other rooms. */
public final class RenderedRights {
  private static final PeoplesPolicy NONE_IN_VAULT = new PeoplesPolicy(name -> "", project -> "");

  private final GroundworkConfig config;

  /** Under these settings, by name without the prefix; all others at their default. */
  public RenderedRights(Map<String, String> settings) {
    this.config = Settings.of(settings);
  }

  /** The file of one Project in the deployment repository. */
  public String applications(Project project) throws StepException {
    return new String(new TemplateFolder(config).applications(RenderInput.of(project)), UTF_8);
  }

  /**
   * The file of all Projects in the Flux repository, in layout {@code shared} with a Vault of which
   * our own step takes care.
   *
   * @param before the file as it was
   */
  public String policyFile(String before, List<Project> projects) throws StepException {
    String path = config.shared().argoPolicyFile();
    FakeCluster cluster = new FakeCluster();
    projects.forEach(project -> cluster.with(project).withNamespaceOf(project));
    FakeGitRepository repository = new FakeGitRepository(Map.of(path, before));
    List<FileChange> changes =
        new SharedRights(config, NONE_IN_VAULT, cluster)
            .wantedOfAll(repository.view(repository.serverTip()));
    return changes.stream()
        .filter(FileChange.Put.class::isInstance)
        .map(FileChange.Put.class::cast)
        .filter(put -> put.path().equals(path))
        .map(put -> new String(put.content(), UTF_8))
        .findFirst()
        .orElse(before);
  }
}
