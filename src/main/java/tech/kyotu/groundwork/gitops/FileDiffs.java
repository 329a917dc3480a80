package tech.kyotu.groundwork.gitops;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.Patch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.step.Preview.FileDiff;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepException;

/**
 * What changes of files look like to people. Secrets are hidden before the texts are compared, so
 * that no difference tells of one; around a change in a file of many Projects nothing is shown.
 *
 * @param settings which repository, and which of its files are shared
 * @param before the files
 */
record FileDiffs(LaneSettings settings, TreeView before) {

  private static final int CONTEXT = 3;

  /** A Secret's values, at whatever depth. */
  private static final String SECRET_VALUES = "\\s*(data|stringData):\\s*";

  List<FileDiff> of(List<FileChange> changes) throws StepException {
    Workspace after = new Workspace(before);
    after.apply(changes);
    List<FileDiff> diffs = new ArrayList<>();
    for (FileChange change : after.changes()) {
      diffs.add(of(change.path(), before.file(change.path()), after.file(change.path())));
    }
    return diffs;
  }

  private FileDiff of(String path, Optional<byte[]> old, Optional<byte[]> now) {
    List<String> from = old.map(FileDiffs::shown).orElse(List.of());
    List<String> to = now.map(FileDiffs::shown).orElse(List.of());
    Patch<String> patch = DiffUtils.diff(from, to);
    int lines =
        patch.getDeltas().stream()
            .mapToInt(delta -> delta.getSource().size() + delta.getTarget().size())
            .sum();
    List<String> diff =
        UnifiedDiffUtils.generateUnifiedDiff(
            old.isPresent() ? "a/" + path : "/dev/null",
            now.isPresent() ? "b/" + path : "/dev/null",
            from,
            patch,
            settings.sharedFiles().contains(path) ? 0 : CONTEXT);
    return new FileDiff(settings.repository(), path, lines, String.join("\n", diff));
  }

  private static List<String> shown(byte[] content) {
    List<String> lines = new ArrayList<>();
    int secretsBelow = Integer.MAX_VALUE;
    for (String line : new String(content, StandardCharsets.UTF_8).lines().toList()) {
      int indent = line.length() - line.stripLeading().length();
      if (!line.isBlank() && indent <= secretsBelow) {
        secretsBelow = line.matches(SECRET_VALUES) ? indent : Integer.MAX_VALUE;
        lines.add(Sanitizer.line(line));
      } else {
        lines.add(line.isBlank() ? "" : line.replaceFirst("(^\\s*[^:]*:?).*", "$1 (hidden)"));
      }
    }
    return lines;
  }
}
