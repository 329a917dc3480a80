package tech.kyotu.groundwork.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tech.kyotu.groundwork.view.PlanView;
import tech.kyotu.groundwork.view.RenderView;

/**
 * The operator's own steps on files alone: no cluster, no network, no kubeconfig. The command line
 * knows them by this port, because settings and systems are the operator's.
 */
public interface OfflineSteps {

  /**
   * What the manifests would change in two checked-out repositories.
   *
   * @param flux folder of the Flux repository
   * @param deployment folder of the deployment repository
   * @return a plan whose steps beside those of the repositories are {@code UNREAD}
   * @throws WrongInputException if something of it cannot be worked with
   */
  PlanView plan(Input input, Path flux, Path deployment) throws WrongInputException;

  /**
   * The files of the manifests, as they would come into repositories that hold only their template.
   *
   * @throws WrongInputException if something of it cannot be worked with
   */
  RenderView render(Input input) throws WrongInputException;

  /**
   * What the files are made from.
   *
   * @param manifests YAML documents of Projects
   * @param settings files with settings, the later ones win
   * @param variables of the environment; those of settings win over the files
   * @param templates folder of the templates; empty: as the settings say
   * @param remark takes what a person should know beside the answer
   */
  record Input(
      String manifests,
      List<Path> settings,
      Map<String, String> variables,
      Optional<Path> templates,
      Consumer<String> remark) {}

  /** Something that was given cannot be worked with; the message says how to mend it. */
  final class WrongInputException extends Exception {

    private static final long serialVersionUID = 1L;

    /** One or more sentences. */
    public WrongInputException(String sentence) {
      super(sentence);
    }
  }
}
