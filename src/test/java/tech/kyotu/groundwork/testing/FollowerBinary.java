package tech.kyotu.groundwork.testing;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * A program that follows what Groundwork commits. Provided as a {@link ServerBinary} is, but only
 * wanted by the profile {@code real-servers} and {@code ./playground --with}: they take a quarter
 * of an hour to build.
 */
public enum FollowerBinary {
  /** Flux: fetches repositories. */
  SOURCE_CONTROLLER("source-controller"),
  /** Flux: applies what was fetched. */
  KUSTOMIZE_CONTROLLER("kustomize-controller"),
  /** Argo CD, all its parts in one program. */
  ARGOCD("argocd"),
  /** The cache between Argo CD's parts. */
  REDIS("redis-server");

  private final String program;

  FollowerBinary(String program) {
    this.program = program;
  }

  /**
   * The path of the executable; see {@link ServerBinary#path}.
   *
   * @throws MissingServerException if it can be neither found nor built
   */
  public Path path() {
    return ServerBinary.provided(program);
  }

  /** The folder of YAML files that the program wants in its cluster, above all its CRDs. */
  Path manifests() {
    return path().resolveSibling(program + "-manifests");
  }

  /** Lets a suite run only with these programs; see {@link ServerBinary#require}. */
  public static void require(FollowerBinary... binaries) {
    ServerBinary.orAbort(
        ServerBinary.absence(Arrays.stream(binaries).map(binary -> binary.program).toList()));
  }
}
