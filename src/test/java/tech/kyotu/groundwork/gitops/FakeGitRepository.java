package tech.kyotu.groundwork.gitops;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.StepException;

/**
 * A repository and its server in memory. It has the opinion of a real one: a push whose parent is
 * not the tip is declined. What else may go wrong is for the test to say; it keeps its history.
 */
final class FakeGitRepository implements GitRepository {

  record Snapshot(
      String id, String parent, Map<String, byte[]> files, String message, boolean isOurs) {}

  private final Map<String, Snapshot> commits = new LinkedHashMap<>();
  private final Set<String> here = new HashSet<>();
  private String serverTip;
  private int counter;

  /** Runs before each push reaches the server. */
  Runnable beforePush = () -> {};

  /** What the server says of a commit that it could take; empty: it takes it. */
  Function<Snapshot, Optional<PushVerdict>> judge = commit -> Optional.empty();

  /** What each use of the network ends in; null: it works. */
  Supplier<@Nullable StepException> network = () -> null;

  String credentialVersion = "first";
  boolean sound = true;

  /** The time that all commits have. */
  Instant touchedAt = Instant.EPOCH;

  final List<Snapshot> pushes = new ArrayList<>();
  int tips;
  int fetches;

  /** Contents that were asked for. */
  int filesRead;

  boolean closed;

  FakeGitRepository(Map<String, String> files) {
    Map<String, byte[]> initial = new TreeMap<>();
    files.forEach((path, text) -> initial.put(path, text.getBytes(StandardCharsets.UTF_8)));
    serverTip = add("", initial, "initial", false);
  }

  private String add(String parent, Map<String, byte[]> files, String message, boolean isOurs) {
    String id = "%040x".formatted(++counter);
    commits.put(id, new Snapshot(id, parent, files, message, isOurs));
    return id;
  }

  /** Somebody else commits to the branch. */
  String rivalPuts(String path, String text) {
    Map<String, byte[]> files = new TreeMap<>(commits.get(serverTip).files());
    files.put(path, text.getBytes(StandardCharsets.UTF_8));
    serverTip = add(serverTip, files, "by hand", false);
    return serverTip;
  }

  /** Somebody else removes a file. */
  void rivalRemoves(String path) {
    Map<String, byte[]> files = new TreeMap<>(commits.get(serverTip).files());
    files.remove(path);
    serverTip = add(serverTip, files, "by hand", false);
  }

  /** Somebody rewrites the history: the branch starts anew with these files. */
  void rewrite(Map<String, String> files) {
    Map<String, byte[]> initial = new TreeMap<>();
    files.forEach((path, text) -> initial.put(path, text.getBytes(StandardCharsets.UTF_8)));
    serverTip = add("", initial, "rewritten", false);
  }

  /** The branch takes a commit although its answer may be lost. */
  void take(Snapshot commit) {
    serverTip = commit.id();
  }

  String serverTip() {
    return serverTip;
  }

  /** What the branch holds at a path, empty if nothing. */
  Optional<String> onServer(String path) {
    return Optional.ofNullable(commits.get(serverTip).files().get(path))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private void useNetwork() throws StepException {
    StepException trouble = network.get();
    if (trouble != null) {
      throw trouble;
    }
  }

  @Override
  public String tip() throws StepException {
    tips++;
    useNetwork();
    return serverTip;
  }

  @Override
  public String fetch() throws StepException {
    fetches++;
    useNetwork();
    sound = true;
    for (String id = serverTip; !id.isEmpty(); id = commits.get(id).parent()) {
      here.add(id);
    }
    return serverTip;
  }

  @Override
  public boolean isSound() {
    return sound;
  }

  @Override
  public boolean has(String commit) {
    return here.contains(commit);
  }

  @Override
  public TreeView view(String commit) {
    return new FakeTree(commits.get(commit).files());
  }

  @Override
  public String commit(String parent, List<FileChange> changes, String message) {
    Map<String, byte[]> before = commits.get(parent).files();
    Map<String, byte[]> files = new TreeMap<>(before);
    for (FileChange change : changes) {
      if (change instanceof FileChange.Put put) {
        files.put(put.path(), put.content());
      } else if (change instanceof FileChange.Remove) {
        files.remove(change.path());
      } else {
        files.keySet().removeIf(path -> path.startsWith(change.path() + "/"));
      }
    }
    if (texts(files).equals(texts(before))) {
      return parent;
    }
    String id = add(parent, files, message, true);
    here.add(id);
    return id;
  }

  private static Map<String, String> texts(Map<String, byte[]> files) {
    Map<String, String> texts = new TreeMap<>();
    files.forEach((path, bytes) -> texts.put(path, new String(bytes, StandardCharsets.UTF_8)));
    return texts;
  }

  @Override
  public PushVerdict push(String expected, String commit) throws StepException {
    Snapshot pushed = commits.get(commit);
    pushes.add(pushed);
    useNetwork();
    beforePush.run();
    if (!serverTip.equals(expected)) {
      return new PushVerdict(PushVerdict.Kind.DECLINED, "non-fast-forward");
    }
    Optional<PushVerdict> verdict = judge.apply(pushed);
    if (verdict.isEmpty()) {
      serverTip = commit;
    }
    return verdict.orElse(PushVerdict.ACCEPTED);
  }

  @Override
  public boolean isAncestor(String commit, String of) {
    for (String id = of; !id.isEmpty(); id = commits.get(id).parent()) {
      if (id.equals(commit)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Optional<Set<String>> changedPaths(
      String older, String newer, Set<String> below, int most) {
    Map<String, String> before = texts(commits.get(older).files());
    Map<String, String> after = texts(commits.get(newer).files());
    Set<String> paths = new TreeSet<>(before.keySet());
    paths.addAll(after.keySet());
    paths.removeIf(
        path ->
            below.stream().noneMatch(top -> path.equals(top) || path.startsWith(top + "/"))
                || Optional.ofNullable(before.get(path))
                    .equals(Optional.ofNullable(after.get(path))));
    return paths.size() > most ? Optional.empty() : Optional.of(paths);
  }

  @Override
  public Optional<Touch> lastTouched(String commit, String path) {
    for (String id = commit; !id.isEmpty(); id = commits.get(id).parent()) {
      Snapshot snapshot = commits.get(id);
      Map<String, String> before =
          snapshot.parent().isEmpty() ? Map.of() : texts(commits.get(snapshot.parent()).files());
      if (!Optional.ofNullable(before.get(path))
          .equals(Optional.ofNullable(texts(snapshot.files()).get(path)))) {
        return Optional.of(new Touch(id, "Jo Doe", touchedAt, snapshot.isOurs()));
      }
    }
    return Optional.empty();
  }

  @Override
  public String credentialVersion() {
    return credentialVersion;
  }

  @Override
  public void close() {
    closed = true;
  }

  /** The files of one commit. */
  private final class FakeTree implements TreeView {

    private final Map<String, byte[]> files;

    FakeTree(Map<String, byte[]> files) {
      this.files = files;
    }

    @Override
    public Kind kind(String path) {
      if (files.containsKey(path)) {
        return Kind.FILE;
      }
      return filesBelow(path).isEmpty() ? Kind.ABSENT : Kind.FOLDER;
    }

    @Override
    public Optional<byte[]> file(String path) throws StepException {
      filesRead++;
      if (kind(path) == Kind.FOLDER) {
        throw new RejectedException(Reason.UNREADABLE_FILE, path + " is no file.");
      }
      return Optional.ofNullable(files.get(path));
    }

    @Override
    public Optional<String> id(String path) {
      return Optional.ofNullable(files.get(path)).map(BlobId::of);
    }

    @Override
    public List<String> filesBelow(String folder) {
      return files.keySet().stream().filter(path -> path.startsWith(folder + "/")).toList();
    }
  }
}
