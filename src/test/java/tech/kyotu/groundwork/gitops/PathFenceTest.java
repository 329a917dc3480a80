package tech.kyotu.groundwork.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.step.RejectedException;

class PathFenceTest {

  private static final ProjectName SHOP = new ProjectName("shop", EnvironmentType.DEV);
  private static final byte[] SMALL = {'x'};
  private static final Set<String> SHARED = Set.of("namespaces/rbac.yaml");

  /** A tree that holds nothing but one thing of a kind that may be in the way. */
  private static TreeView treeWith(String path, TreeView.Kind kind) {
    return new TreeView() {
      @Override
      public Kind kind(String asked) {
        return asked.equals(path) ? kind : Kind.ABSENT;
      }

      @Override
      public Optional<byte[]> file(String asked) {
        return Optional.empty();
      }

      @Override
      public Optional<String> id(String asked) {
        return Optional.empty();
      }

      @Override
      public List<String> filesBelow(String folder) {
        return List.of();
      }
    };
  }

  private static final TreeView EMPTY = treeWith("", TreeView.Kind.ABSENT);

  @Test
  void letsAProjectWriteItsOwnFiles() {
    assertThatCode(
            () -> {
              PathFence.FLUX.check(
                  FileChange.put("projects/shop-dev/tenant.yaml", SMALL), SHOP, EMPTY, SHARED);
              PathFence.FLUX.check(
                  FileChange.remove("projects/shop-dev/tenant.yaml"), SHOP, EMPTY, SHARED);
              PathFence.DEPLOYMENT.check(
                  FileChange.put("applications/shop-dev.yaml", SMALL), SHOP, EMPTY, SHARED);
              PathFence.DEPLOYMENT.check(
                  FileChange.put("manifests/shop-dev/.gitkeep", SMALL), SHOP, EMPTY, SHARED);
              PathFence.DEPLOYMENT.check(
                  FileChange.removeFolder("manifests/shop-dev"), SHOP, EMPTY, SHARED);
            })
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "projects/shop-prod/tenant.yaml",
        "projects/shop-dev/other.yaml",
        "projects/shop-dev/../shop-prod/tenant.yaml",
        "projects/shop-dev/tenant.yaml/x",
        "/projects/shop-dev/tenant.yaml",
        "projects//tenant.yaml",
        "projects/shop-dev\u0000/tenant.yaml",
        "projects/shop-dev\u2028/tenant.yaml",
        "projects/.git/tenant.yaml",
        "projects/..",
        "applications/shop-dev.yaml",
        "namespaces/other.yaml",
        "README.md",
        ""
      })
  void stopsEveryOtherPathOfTheFluxRepository(String path) {
    assertThatThrownBy(() -> PathFence.FLUX.check(FileChange.put(path, SMALL), SHOP, EMPTY, SHARED))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> PathFence.FLUX.check(FileChange.remove(path), SHOP, EMPTY, SHARED))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "applications/shop-prod.yaml",
        "applications/.git.yaml",
        "applications/x/shop-dev.yaml",
        "manifests/shop-dev/web/deployment.yaml",
        "manifests/shop-prod/.gitkeep",
        "manifests/shop-dev",
        "projects/shop-dev/tenant.yaml"
      })
  void stopsEveryOtherPathOfTheDeploymentRepository(String path) {
    assertThatThrownBy(
            () -> PathFence.DEPLOYMENT.check(FileChange.put(path, SMALL), SHOP, EMPTY, SHARED))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"manifests", "manifests/shop-prod", "applications", "projects/shop-dev"})
  void stopsTheRemovalOfEveryOtherFolder(String path) {
    for (PathFence fence : PathFence.values()) {
      assertThatThrownBy(() -> fence.check(FileChange.removeFolder(path), SHOP, EMPTY, SHARED))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void followsNoLinkAndReplacesNoFolder() {
    FileChange change = FileChange.put("projects/shop-dev/tenant.yaml", SMALL);
    for (TreeView tree :
        List.of(
            treeWith("projects", TreeView.Kind.OTHER),
            treeWith("projects", TreeView.Kind.FILE),
            treeWith("projects/shop-dev", TreeView.Kind.OTHER),
            treeWith("projects/shop-dev/tenant.yaml", TreeView.Kind.OTHER),
            treeWith("projects/shop-dev/tenant.yaml", TreeView.Kind.FOLDER))) {
      assertThatThrownBy(() -> PathFence.FLUX.check(change, SHOP, tree, SHARED))
          .isInstanceOf(RejectedException.class)
          .hasMessageContaining("is no regular");
    }
  }

  @Test
  void letsEverybodyWriteTheSharedFilesButRemoveNone() throws Exception {
    byte[] large = new byte[PathFence.LARGEST_FILE + 1];
    PathFence.FLUX.check(FileChange.put("namespaces/rbac.yaml", large), SHOP, EMPTY, SHARED);
    FileChange removal = FileChange.remove("namespaces/rbac.yaml");
    assertThatThrownBy(() -> PathFence.FLUX.check(removal, SHOP, EMPTY, SHARED))
        .isInstanceOf(IllegalStateException.class);
    TreeView link = treeWith("namespaces/rbac.yaml", TreeView.Kind.OTHER);
    FileChange change = FileChange.put("namespaces/rbac.yaml", SMALL);
    assertThatThrownBy(() -> PathFence.FLUX.check(change, SHOP, link, SHARED))
        .isInstanceOf(RejectedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {".git/config", "a/.GIT/b", "../b", "a//b", "a/b.", "a/b c", "/a"})
  void takesNoSettingForAPlainPath(String path) {
    assertThatThrownBy(
            () -> PathFence.FLUX.check(FileChange.put(path, SMALL), SHOP, EMPTY, Set.of(path)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void writesNoFileOfMoreThan256KiB() {
    FileChange change =
        FileChange.put("projects/shop-dev/tenant.yaml", new byte[PathFence.LARGEST_FILE + 1]);
    assertThatThrownBy(() -> PathFence.FLUX.check(change, SHOP, EMPTY, SHARED))
        .isInstanceOf(RejectedException.class);
  }

  @Test
  void knowsWhoseAPathIs() {
    Map.of(
            "projects/a-dev/tenant.yaml", "a-dev",
            "applications/b-qa.yaml", "b-qa",
            "manifests/c-prod/web/deployment.yaml", "c-prod")
        .forEach((path, name) -> assertThat(PathFence.projectOf(path)).contains(name));
    assertThat(PathFence.projectOf("clusters/main/platform.yaml")).isEmpty();
  }
}
