package tech.kyotu.groundwork.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import tech.kyotu.groundwork.status.ReasonPage;
import tech.kyotu.groundwork.step.Reason;

/** What a reason means and what to do; asks no server. */
@Command(name = "explain", description = "Explains a reason of a condition, or lists all reasons.")
final class Explain implements Callable<Integer> {

  @ParentCommand Kubectl kubectl;

  @Parameters(arity = "0..1", paramLabel = "REASON", description = "For example NameTaken.")
  @Nullable String word;

  @Override
  public Integer call() {
    PrintWriter out = kubectl.around().out();
    if (word == null) {
      Arrays.stream(Reason.values())
          .forEach(it -> out.println(Table.padded(it.word(), 22) + it.meaning()));
    } else {
      out.print(ReasonPage.of(reason(word)));
    }
    out.flush();
    return ExitCode.FINE.number();
  }

  private static Reason reason(String word) {
    return ReasonPage.named(word)
        .orElseThrow(
            () -> {
              List<String> near = ReasonPage.like(word).stream().map(Reason::word).toList();
              return new Failure(
                  ExitCode.NOT_FOUND,
                  "There is no reason \"%s\". %skubectl project explain lists all."
                      .formatted(
                          word,
                          near.isEmpty()
                              ? ""
                              : "Did you mean %s? ".formatted(String.join(", ", near))));
            });
  }
}
