package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.testing.ControlPlane;

/** Writes every state of every Project to a file, a line each, as the API server tells it. */
final class ProjectStates implements AutoCloseable {
  private final PrintWriter lines;
  private final SharedIndexInformer<Project> watch;

  private ProjectStates(ControlPlane cluster, PrintWriter lines) {
    this.lines = lines;
    watch =
        cluster
            .adminClient()
            .resources(Project.class)
            .inAnyNamespace()
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(Project project) {
                    write(project);
                  }

                  @Override
                  public void onUpdate(Project before, Project project) {
                    write(project);
                  }

                  @Override
                  public void onDelete(Project project, boolean unknown) {
                    write(project);
                  }
                });
  }

  /** Writes from now on, until it is closed. */
  static ProjectStates of(ControlPlane cluster, Path file) throws IOException {
    return new ProjectStates(cluster, new PrintWriter(Files.newBufferedWriter(file, UTF_8), true));
  }

  @Override
  public void close() {
    watch.close();
    lines.close();
  }

  private void write(Project project) {
    lines.println(Serialization.asJson(project));
  }
}
