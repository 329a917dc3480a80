package tech.kyotu.groundwork.gitops;

import java.util.Arrays;
import java.util.Optional;

/** The Kustomizations of the Flux repository that bring what we write there to the cluster. */
public enum FluxPath {
  /** The files of the Projects. */
  PROJECTS("projects"),
  /** The rest, with the shared files. */
  PLATFORM("platform");

  private final String word;

  FluxPath(String word) {
    this.word = word;
  }

  /** The Kustomization's name. */
  public String word() {
    return word;
  }

  /** By the Kustomization's name; empty for those of others. */
  static Optional<FluxPath> of(String name) {
    return Arrays.stream(values()).filter(path -> path.word.equals(name)).findFirst();
  }

  /** The commit of a revision, which Flux writes as {@code <branch>@sha1:<commit>}. */
  static String commit(String revision) {
    return revision.substring(revision.lastIndexOf(':') + 1);
  }

  /** A commit as people call it. */
  static String brief(String commit) {
    return commit.substring(0, Math.min(7, commit.length()));
  }
}
