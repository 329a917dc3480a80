package tech.kyotu.groundwork.gitops;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Flux's rights to apply what Groundwork commits, as a site copies them. */
enum ApplierRules {
  /** As they are shipped. */
  SHIPPED,
  /** With the comment signs taken off the rules of all settings. */
  ALL;

  private static final Path FILE =
      Path.of("flux-repo-template/namespaces/groundwork-system/applier-rbac.yaml");

  String text() throws IOException {
    String shipped = Files.readString(FILE);
    return this == SHIPPED
        ? shipped
        : shipped
            .lines()
            .map(line -> line.replaceFirst("^  # (- |  )", "  $1"))
            .collect(joining("\n"));
  }
}
