package tech.kyotu.groundwork.cli;

import java.util.ArrayList;
import java.util.List;
import tech.kyotu.groundwork.view.RenderView;
import tech.kyotu.groundwork.view.RenderView.OfFile;

/** Rendered files as one stream of YAML documents, each file after a comment with its path. */
final class RenderText {

  private static final String NEXT = "---";

  private RenderText() {}

  static List<String> of(RenderView rendered) {
    List<String> lines = new ArrayList<>();
    rendered.files().forEach(file -> add(file, lines));
    return lines;
  }

  private static void add(OfFile file, List<String> lines) {
    lines.add("# %s:%s".formatted(file.repository(), file.path()));
    List<String> content = file.content().lines().toList();
    if (!file.path().endsWith(".yaml")) {
      content.forEach(line -> lines.add("# " + line));
      return;
    }
    if (content.stream().dropWhile(line -> line.startsWith("#")).findFirst().stream()
        .noneMatch(NEXT::equals)) {
      lines.add(NEXT);
    }
    lines.addAll(content);
  }
}
