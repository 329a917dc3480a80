package tech.kyotu.groundwork.gitops;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * What one kind of file should say, by Project. To render and check a file costs milliseconds, and
 * a Project is looked at many times while it is set up; so the id of what came out is remembered
 * until its input changes. Only the id: contents of ten thousand Projects would fill the memory.
 */
final class RenderedFiles {

  /** Some 300 bytes each; whoever was looked at longest ago is rendered again. */
  static final int MOST_PROJECTS = 20_000;

  /** Makes the content of a file; the same for equal inputs. */
  @FunctionalInterface
  interface Rendering {
    byte[] of(RenderInput input) throws RejectedException;
  }

  private record Known(RenderInput input, String id) {}

  private final Rendering rendering;
  private final Map<String, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > MOST_PROJECTS;
        }
      };

  RenderedFiles(Rendering rendering) {
    this.rendering = rendering;
  }

  /**
   * The file of a Project.
   *
   * @throws RejectedException {@code TemplateInvalid}
   */
  WantedFile of(Project project) throws RejectedException {
    RenderInput input = RenderInput.of(project);
    Known before = remembered(input);
    if (before != null) {
      return new WantedFile(before.id(), () -> rendering.of(input));
    }
    byte[] content = rendering.of(input);
    String id = BlobId.of(content);
    synchronized (known) {
      known.put(project.uid(), new Known(input, id));
    }
    return new WantedFile(id, () -> content);
  }

  private @Nullable Known remembered(RenderInput input) {
    synchronized (known) {
      Known found = known.get(input.owner().uid());
      return found != null && found.input().equals(input) ? found : null;
    }
  }

  /** Forgets a Project that is gone. */
  void forget(String uid) {
    synchronized (known) {
      known.remove(uid);
    }
  }
}
