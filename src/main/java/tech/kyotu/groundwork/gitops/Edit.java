package tech.kyotu.groundwork.gitops;

import java.util.List;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.step.StepException;

/**
 * What one Project wants of a tree: a function, never a patch, so that it can run again on each
 * newer tip. The step plans with the very function that the lane runs later.
 *
 * @param project its name; the fence lets the edit touch nothing but this Project's paths
 * @param owner the Project resource, to be woken when the edit is done
 * @param purpose what it is for, as the commit's subject tells it
 * @param wish tells edits of one Project apart: equal wishes mean that the outcome is equal
 * @param waiting what people are told while it waits for its push
 * @param function the changes that a tree needs; pure
 */
public record Edit(
    ProjectName project,
    OwnerMark owner,
    Purpose purpose,
    String wish,
    String waiting,
    Function function) {

  /** What an edit is for. */
  public enum Purpose {
    SET_UP("set up"),
    REMOVE("remove");

    private final String words;

    Purpose(String words) {
      this.words = words;
    }

    /** The words in a commit's subject. */
    public String words() {
      return words;
    }
  }

  /** What a tree needs. */
  @FunctionalInterface
  public interface Function {
    /**
     * The changes.
     *
     * @param tree the files as they are
     * @return empty if all is in place
     * @throws StepException if the files cannot be read, or belong to somebody else
     */
    List<FileChange> changes(TreeView tree) throws StepException;
  }

  /** An edit of a Project, of which nothing is told yet. */
  static Edit of(Project project, Purpose purpose, String wish, Function function) {
    return new Edit(project.name(), OwnerMark.of(project), purpose, wish, "", function);
  }

  /** The same, telling this while it waits. */
  Edit waiting(String sentence) {
    return new Edit(project, owner, purpose, wish, sentence, function);
  }

  /** One Project has one edit at a time in a repository; a newer one replaces it. */
  public String key() {
    return owner.uid();
  }

  /** The changes that a tree needs, see {@link Function#changes}. */
  public List<FileChange> changes(TreeView tree) throws StepException {
    return function.changes(tree);
  }
}
