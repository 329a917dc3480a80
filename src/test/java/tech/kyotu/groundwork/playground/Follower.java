package tech.kyotu.groundwork.playground;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.testing.FollowerBinary;

/** Who may follow what Groundwork commits. */
public enum Follower {
  /** Applies the Flux repository. */
  FLUX("flux"),
  /** Deploys what the deployment repository holds. */
  ARGOCD("argocd");

  private final String word;

  Follower(String word) {
    this.word = word;
  }

  /** Who is called so on a command line; empty if nobody is. */
  static Optional<Follower> of(String word) {
    return Arrays.stream(values()).filter(it -> it.word.equals(word)).findFirst();
  }

  String word() {
    return word;
  }

  /** Its programs. Redis, which is not built here, comes before what takes minutes. */
  List<FollowerBinary> binaries() {
    return switch (this) {
      case FLUX -> List.of(FollowerBinary.SOURCE_CONTROLLER, FollowerBinary.KUSTOMIZE_CONTROLLER);
      case ARGOCD -> List.of(FollowerBinary.REDIS, FollowerBinary.ARGOCD);
    };
  }
}
