package tech.kyotu.groundwork.testing;

import java.util.Optional;

/** The kinds of request that Git's smart HTTP protocol knows. */
public enum GitCall {
  /** Asks for the refs before a fetch. */
  LIST_FOR_FETCH("/info/refs", "service=git-upload-pack"),
  /** Asks for objects; with protocol version 2 also for refs. */
  FETCH("/git-upload-pack", ""),
  /** Asks for the refs before a push. */
  LIST_FOR_PUSH("/info/refs", "service=git-receive-pack"),
  /** Sends objects and the wish to move refs. */
  PUSH("/git-receive-pack", "");

  private final String ending;
  private final String query;

  GitCall(String ending, String query) {
    this.ending = ending;
    this.query = query;
  }

  /** Which call a path and a query stand for; empty if it is none of Git's. */
  static Optional<GitCall> of(String path, String query) {
    for (GitCall call : values()) {
      if (path.endsWith(call.ending) && query.startsWith(call.query)) {
        return Optional.of(call);
      }
    }
    return Optional.empty();
  }

  /** The repository's name in a path of this call, without {@code .git}. */
  String repositoryIn(String path) {
    String name = path.substring(1, Math.max(1, path.length() - ending.length()));
    return name.endsWith(".git") ? name.substring(0, name.length() - ".git".length()) : name;
  }
}
