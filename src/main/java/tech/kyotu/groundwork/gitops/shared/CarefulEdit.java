package tech.kyotu.groundwork.gitops.shared;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * An edit that is believed only after its result was parsed: all that is not ours must say the
 * same, and the same edit must find nothing left to do. If either fails nothing is written.
 */
final class CarefulEdit {

  /** What a text needs; pure. */
  @FunctionalInterface
  interface Need {
    List<Splice> in(YamlText text) throws RejectedException;
  }

  private CarefulEdit() {}

  /**
   * Edits a file.
   *
   * @return empty if it needs nothing
   * @throws RejectedException {@code UnreadableFile} if it cannot be edited without a doubt
   */
  static Optional<byte[]> of(YamlText before, Need need) throws RejectedException {
    List<Splice> splices = Splice.ordered(need.in(before));
    if (splices.isEmpty()) {
      return Optional.empty();
    }
    byte[] after = Splice.applied(before, splices).getBytes(UTF_8);
    if (!isAsMeant(before, splices, after, need)) {
      throw before.unreadable(
          splices.get(0).span().from(), "an edit here would change what is not the operator's");
    }
    return Optional.of(after);
  }

  private static boolean isAsMeant(YamlText before, List<Splice> splices, byte[] after, Need need) {
    try {
      YamlText result = YamlText.read(before.file(), after);
      List<Span> old = splices.stream().map(Splice::span).toList();
      return YamlGraph.outside(before, old)
              .equals(YamlGraph.outside(result, Splice.inserted(splices)))
          && need.in(result).isEmpty();
    } catch (RejectedException broken) {
      return false;
    }
  }
}
