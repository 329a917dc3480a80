package tech.kyotu.groundwork.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tech.kyotu.groundwork.cli.InProcess;
import tech.kyotu.groundwork.testing.KubectlBinary;

/**
 * The commands of a page, run as its reader would. A block of them is run if the line before it
 * says so, which nobody sees who reads the page: {@code <!-- run -->}, or {@code <!-- run: 1 0 -->}
 * with the exit code of each line, where the last code is that of all further lines.
 *
 * <p>{@code kubectl project} runs in this process, all else in a shell.
 *
 * @param commandLine who types
 * @param kubeconfig for the shell
 * @param folder where the reader works
 */
record DocumentedCommands(InProcess commandLine, Path kubeconfig, Path folder) {

  private static final Pattern MARKED =
      Pattern.compile("(?m)^ *<!-- run(?:: ([\\d ]+?))? -->\\n\\n?((?:(?: {4,}.*)\\n)+)");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
  private static final String OWN = "kubectl project ";

  /**
   * A marked block.
   *
   * @param lines the commands
   * @param codes their exit codes
   */
  private record Block(List<String> lines, List<Integer> codes) {

    private static Block of(MatchResult found) {
      List<String> lines =
          found.group(2).lines().map(line -> line.strip().replaceFirst(" +# .*$", "")).toList();
      String given = found.group(1) == null ? "0" : found.group(1);
      List<Integer> codes =
          new ArrayList<>(Pattern.compile(" ").splitAsStream(given).map(Integer::valueOf).toList());
      while (codes.size() < lines.size()) {
        codes.add(codes.get(codes.size() - 1));
      }
      return new Block(lines, codes);
    }
  }

  /** Runs the marked blocks of a page in their order; returns all that was said. */
  String run(String page) {
    return run(blocks(page), page);
  }

  /** Runs one of them, counted from 0. */
  String run(String page, int block) {
    return run(List.of(blocks(page).get(block)), page);
  }

  /** How many there are. */
  static int count(Path page) {
    return (int) MARKED.matcher(text(page)).results().count();
  }

  /** How often a page has the mark, in whatever form. */
  static int marks(Path page) {
    return (int) Pattern.compile("<!-- *run").matcher(text(page)).results().count();
  }

  private static List<Block> blocks(String page) {
    return MARKED.matcher(text(Path.of("docs", page))).results().map(Block::of).toList();
  }

  private static String text(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String run(List<Block> blocks, String page) {
    StringBuilder said = new StringBuilder();
    for (Block block : blocks) {
      for (int i = 0; i < block.lines().size(); i++) {
        String line = block.lines().get(i);
        InProcess.Said answer = line.startsWith(OWN) ? own(line) : shell(line);
        assertThat(answer.code())
            .as(
                "exit code of \"%s\" in %s, which said%n%s%s",
                line, page, answer.out(), answer.err())
            .isEqualTo(block.codes().get(i));
        said.append(answer.out()).append(answer.err());
      }
    }
    return said.toString();
  }

  private InProcess.Said own(String line) {
    String[] parts = line.substring(OWN.length()).split(" > ", 2);
    String[] words =
        WORD.matcher(parts[0])
            .results()
            .map(DocumentedCommands::word)
            .map(this::inFolder)
            .toArray(String[]::new);
    InProcess.Said said = commandLine.run(words);
    if (parts.length == 2) {
      write(folder.resolve(parts[1].strip()), said.out());
    }
    return said;
  }

  private static String word(MatchResult found) {
    return Stream.of(1, 2, 3).map(found::group).filter(it -> it != null).findFirst().orElseThrow();
  }

  /** What names a file there is meant so; this process works elsewhere. */
  private String inFolder(String word) {
    Path file = folder.resolve(word);
    return Files.exists(file) ? file.toString() : word;
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private InProcess.Said shell(String line) {
    ProcessBuilder shell =
        new ProcessBuilder("bash", "-uc", line)
            .directory(folder.toFile())
            .redirectErrorStream(true);
    shell.environment().put("KUBECONFIG", kubeconfig.toString());
    shell.environment().put("PATH", KubectlBinary.searchPath());
    try {
      Process process = shell.start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new InProcess.Said(process.onExit().join().exitValue(), said, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
