package tech.kyotu.groundwork.gitops;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/**
 * Which paths of a repository an edit may touch, checked after the edit and independent of it: a
 * mistake in an edit or a template must not reach somebody else's file.
 */
public enum PathFence {
  /** {@code projects/<name>/tenant.yaml}, nothing else. */
  FLUX("flux", "Flux repository", "projects/([^/]+)/tenant\\.yaml", "-"),
  /** {@code applications/<name>.yaml} and our own files below {@code manifests/<name>/}. */
  DEPLOYMENT(
      "deployment",
      "deployment repository",
      "applications/([^/]+)\\.yaml|manifests/([^/]+)/(?:\\.gitkeep|README\\.md)",
      "manifests/([^/]+)");

  /** The largest file of one Project that is written, in bytes. */
  static final int LARGEST_FILE = 256 << 10;

  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._-]{1,80}");
  private static final Pattern ANY_PROJECT =
      Pattern.compile("(?:projects|manifests)/([^/]+)/.*|applications/([^/]+)\\.yaml");

  private final String word;
  private final String title;
  private final Pattern files;
  private final Pattern removableFolder;

  PathFence(String word, String title, String files, String removableFolder) {
    this.word = word;
    this.title = title;
    this.files = Pattern.compile(files);
    this.removableFolder = Pattern.compile(removableFolder);
  }

  /** {@code flux} or {@code deployment}, as it stands in settings and in the status. */
  public String word() {
    return word;
  }

  /** What people call the repository. */
  public String title() {
    return title;
  }

  /** The folders at the top that Projects have files in. */
  Set<String> folders() {
    return switch (this) {
      case FLUX -> Set.of("projects");
      case DEPLOYMENT -> Set.of("applications", "manifests");
    };
  }

  /** The folder whose files bear their owner's mark. */
  String markedFolder() {
    return switch (this) {
      case FLUX -> "projects";
      case DEPLOYMENT -> "applications";
    };
  }

  /** The name of the Project that a path belongs to; empty for paths of the platform. */
  static Optional<String> projectOf(String path) {
    Matcher matcher = ANY_PROJECT.matcher(path);
    return matcher.matches() ? Optional.of(group(matcher)) : Optional.empty();
  }

  /**
   * Lets a change pass.
   *
   * @param change what is to be done
   * @param project whose edit wants it
   * @param tree the files before it
   * @param shared files that every Project's edit may write
   * @throws IllegalStateException if the edit may never touch this path: a mistake of ours
   * @throws StepException {@code RejectedException(UnreadableFile)} if something in the tree is in
   *     the way
   */
  void check(FileChange change, ProjectName project, TreeView tree, Set<String> shared)
      throws StepException {
    String path = change.path();
    boolean isShared = change instanceof FileChange.Put && shared.contains(path);
    if (!(isShared || belongsTo(project, change)) || !isPlain(path)) {
      throw new IllegalStateException("an edit of " + project + " may not touch this path");
    }
    if (!isShared && change instanceof FileChange.Put put && put.content().length > LARGEST_FILE) {
      throw new RejectedException(
          Reason.TEMPLATE_INVALID,
          "%s would be larger than 256 KiB. Shorten its template, restart.".formatted(path));
    }
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      refuse(tree.kind(parent), TreeView.Kind.FOLDER, parent);
    }
    boolean isFolder = change instanceof FileChange.RemoveFolder;
    refuse(tree.kind(path), isFolder ? TreeView.Kind.FOLDER : TreeView.Kind.FILE, path);
  }

  private boolean belongsTo(ProjectName project, FileChange change) {
    Pattern allowed = change instanceof FileChange.RemoveFolder ? removableFolder : files;
    Matcher matcher = allowed.matcher(change.path());
    return matcher.matches() && group(matcher).equals(project.value());
  }

  private static String group(Matcher matcher) {
    for (int group = 1; group <= matcher.groupCount(); group++) {
      String name = matcher.group(group);
      if (name != null) {
        return name;
      }
    }
    return "";
  }

  /** Whether no Git program anywhere could take the path for anything but a plain one. */
  private static boolean isPlain(String path) {
    for (String segment : path.split("/", -1)) {
      if (!SEGMENT.matcher(segment).matches()
          || segment.endsWith(".")
          || segment.toLowerCase(Locale.ROOT).equals(".git")) {
        return false;
      }
    }
    return true;
  }

  private static void refuse(TreeView.Kind kind, TreeView.Kind wanted, String path)
      throws RejectedException {
    if (kind != TreeView.Kind.ABSENT && kind != wanted) {
      throw new RejectedException(
          Reason.UNREADABLE_FILE,
          "%s in the repository is no regular %s. Remove it; nothing is written there before."
              .formatted(path, wanted == TreeView.Kind.FILE ? "file" : "folder"));
    }
  }
}
