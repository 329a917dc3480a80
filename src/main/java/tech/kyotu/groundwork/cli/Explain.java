package tech.kyotu.groundwork.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
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
      Reason reason = reason(word);
      out.println(reason.word());
      out.println(kind(reason.kind()));
      out.println();
      out.println("Meaning: " + reason.meaning());
      out.println("Advice:  " + reason.advice());
    }
    out.flush();
    return ExitCode.FINE.number();
  }

  private static Reason reason(String word) {
    Optional<Reason> found =
        Arrays.stream(Reason.values()).filter(it -> it.word().equalsIgnoreCase(word)).findFirst();
    return found.orElseThrow(
        () -> {
          String start = word.toLowerCase(Locale.ROOT);
          String key = start.substring(0, Math.min(4, start.length()));
          List<String> near =
              Arrays.stream(Reason.values())
                  .map(Reason::word)
                  .filter(it -> it.toLowerCase(Locale.ROOT).contains(key))
                  .toList();
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

  private static String kind(Reason.Kind kind) {
    return switch (kind) {
      case OK -> "All is well.";
      case WAIT -> "Goes on by itself, or when you say so.";
      case RETRY -> "It failed and is tried again by itself.";
      case REJECTED -> "Only a person can move this on.";
      case DELETION -> "The Project is being taken away.";
      case FOLLOW -> "How Flux and Argo CD follow; never part of Ready.";
    };
  }
}
