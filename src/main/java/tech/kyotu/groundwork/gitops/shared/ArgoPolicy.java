package tech.kyotu.groundwork.gitops.shared;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * Argo CD's policy for all Projects, a block of text in a YAML file. Ours are the lines that give a
 * Project's role something, or give the role to somebody; all other lines keep every byte.
 */
public final class ArgoPolicy implements SharedText<ArgoRole> {

  private final YamlText text;
  private final Optional<String> pointer;
  private final PolicyBlock block;

  private ArgoPolicy(YamlText text, Optional<String> pointer) throws RejectedException {
    this.text = text;
    this.pointer = pointer;
    this.block = PolicyBlock.find(text, pointer);
  }

  /**
   * Reads the file.
   *
   * @param file its path, for messages
   * @param content as it is
   * @param pointer where the policy stands, as a JSON pointer; empty: it is searched
   * @throws RejectedException {@code UnreadableFile} if it is not safe to edit
   */
  public static ArgoPolicy read(String file, byte[] content, Optional<String> pointer)
      throws RejectedException {
    return new ArgoPolicy(YamlText.read(file, content), pointer);
  }

  @Override
  public Optional<byte[]> with(Collection<ArgoRole> roles) throws RejectedException {
    return CarefulEdit.of(
        text, newer -> (newer == text ? this : new ArgoPolicy(newer, pointer)).splices(roles));
  }

  private List<Splice> splices(Collection<ArgoRole> roles) {
    List<Splice> splices = new ArrayList<>();
    List<String> appended = new ArrayList<>();
    for (ArgoRole role : roles) {
      List<PolicyBlock.Line> ours = block.linesOf(role.role());
      if (ours.stream().map(PolicyBlock.Line::content).toList().equals(role.lines())) {
        continue;
      }
      if (ours.isEmpty()) {
        appended.addAll(role.lines());
      }
      for (PolicyBlock.Line line : ours) {
        String lines = line.equals(ours.get(0)) ? text.block(block.indent(), role.lines()) : "";
        splices.add(new Splice(line.span(), lines));
      }
    }
    if (!appended.isEmpty()) {
      splices.add(text.linesAfter(block.last(), text.block(block.indent(), appended)));
    }
    return splices;
  }
}
