package tech.kyotu.groundwork.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.kyotu.groundwork.gitops.TreeView.Kind;
import tech.kyotu.groundwork.step.RejectedException;

/** A checkout is read as Git would commit it. */
class FolderTreeTest {

  @TempDir Path root;

  private FolderTree tree;

  @BeforeEach
  void checkOut() throws IOException {
    tree = new FolderTree(PathFence.FLUX, root);
    put("README.md", "hello\n");
    put("projects/a-dev/tenant.yaml", "a: 1\n");
    put(".git/config", "[core]\n");
  }

  private void put(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void showsWhatStandsWhere() throws Exception {
    assertThat(tree.file("README.md").map(it -> new String(it, UTF_8))).contains("hello\n");
    assertThat(tree.file("projects/b-dev/tenant.yaml")).isEmpty();
    assertThat(tree.kind("projects")).isEqualTo(Kind.FOLDER);
    assertThat(tree.kind("README.md")).isEqualTo(Kind.FILE);
    assertThat(tree.kind("nothing/at/all")).isEqualTo(Kind.ABSENT);
    assertThat(tree.kind("README.md/below")).isEqualTo(Kind.ABSENT);
    assertThat(tree.filesBelow("projects")).containsExactly("projects/a-dev/tenant.yaml");
    assertThat(tree.filesBelow("nothing")).isEmpty();
    assertThat(tree.id("README.md")).contains(BlobId.of("hello\n".getBytes(UTF_8)));
    assertThat(tree.id("projects")).isEmpty();
    assertThat(tree.id("absent")).isEmpty();
  }

  @Test
  void knowsNoFolderWithoutAFile() throws Exception {
    Files.createDirectories(root.resolve("manifests/shop-dev/web"));
    assertThat(tree.kind("manifests/shop-dev")).isEqualTo(Kind.ABSENT);
    assertThat(tree.filesBelow("manifests/shop-dev")).isEmpty();
    put("manifests/shop-dev/web/x.yaml", "");
    assertThat(tree.kind("manifests/shop-dev")).isEqualTo(Kind.FOLDER);
  }

  @Test
  void followsNoLink() throws Exception {
    Files.createSymbolicLink(root.resolve("linked"), root.resolve("projects"));
    Files.createSymbolicLink(root.resolve("projects/link.yaml"), root.resolve("README.md"));
    assertThat(tree.kind("linked")).isEqualTo(Kind.OTHER);
    assertThat(tree.kind("linked/a-dev/tenant.yaml")).isEqualTo(Kind.ABSENT);
    assertThat(tree.kind("projects/link.yaml")).isEqualTo(Kind.OTHER);
    assertThat(tree.filesBelow("projects")).containsExactly("projects/a-dev/tenant.yaml");
    assertThatThrownBy(() -> tree.file("projects/link.yaml"))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("is no regular file. Remove it");
  }

  @Test
  void looksIntoNoOtherRepository() throws Exception {
    put("projects/sub/.git", "gitdir: elsewhere\n");
    put("projects/sub/tenant.yaml", "b: 1\n");
    assertThat(tree.kind("projects/sub")).isEqualTo(Kind.OTHER);
    assertThat(tree.kind("projects/sub/tenant.yaml")).isEqualTo(Kind.ABSENT);
    assertThat(tree.filesBelow("projects")).containsExactly("projects/a-dev/tenant.yaml");
  }

  @Test
  void readsNoFileThatIsTooLarge() throws Exception {
    put("projects/large.yaml", "x".repeat(TreeView.LARGEST_FILE + 1));
    assertThatThrownBy(() -> tree.file("projects/large.yaml"))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("larger than 1 MiB");
  }
}
