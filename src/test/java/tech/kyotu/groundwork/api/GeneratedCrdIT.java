package tech.kyotu.groundwork.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The committed CRD is the one that the build makes; it exists only after the package phase. */
class GeneratedCrdIT {

  @Test
  void equalsTheCommittedFileByteForByte() {
    String name = "projects.kyotu.tech-v1.yml";

    assertThat(Path.of("target", "kubernetes", name))
        .as("copy it to crds/ if the change of the API is meant")
        .hasSameBinaryContentAs(Path.of("crds", name));
  }
}
