package tech.kyotu.groundwork;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitlab.OwnToken;
import tech.kyotu.groundwork.gitops.Branch;
import tech.kyotu.groundwork.gitops.FluxPath;
import tech.kyotu.groundwork.gitops.RepositoryView;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.LaneThreads;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.view.CheckView;

/** Whether each system that the operator needs lets it work: asked now, not remembered. */
final class SystemChecks {

  private final GroundworkConfig config;
  private final Cluster cluster;
  private final OwnToken ownToken;
  private final LaneThreads gitlab;
  private final LaneThreads vault;
  private final List<Branch> branches;

  /**
   * Checks of these systems.
   *
   * @param branches looks at which are waited for
   */
  SystemChecks(
      GroundworkConfig config,
      Cluster cluster,
      OwnToken ownToken,
      LaneThreads gitlab,
      LaneThreads vault,
      List<Branch> branches) {
    this.config = config;
    this.cluster = cluster;
    this.ownToken = ownToken;
    this.gitlab = gitlab;
    this.vault = vault;
    this.branches = List.copyOf(branches);
  }

  @FunctionalInterface
  private interface Look {
    CheckView taken() throws StepException;
  }

  /** One line for each need. */
  List<CheckView> all() {
    List<CheckView> all = new ArrayList<>();
    all.add(gitlabToken());
    all.add(vaultAnswers());
    branches.forEach(branch -> all.add(branch(branch)));
    if (config.flux().follow()) {
      all.add(seen("Flux", this::flux));
    }
    if (config.argo().follow()) {
      all.add(seen("Argo CD", this::argo));
    }
    return all;
  }

  private CheckView gitlabToken() {
    ownToken.run();
    Optional<String> trouble = gitlab.outage().or(ownToken::warned);
    return trouble
        .map(why -> CheckView.unmet("GitLab", sentence(why)))
        .or(() -> ownToken.described().map(it -> CheckView.met("GitLab", sentence("the " + it))))
        .orElseGet(
            () ->
                CheckView.unmet(
                    "GitLab",
                    "The operator's token was not seen yet. Look at gitlab.url and"
                        + " gitlab.token-file."));
  }

  private CheckView vaultAnswers() {
    if (config.vault().address().isEmpty()) {
      return CheckView.met("Vault", "None is configured.");
    }
    return vault
        .outage()
        .map(why -> CheckView.unmet("Vault", why))
        .orElseGet(
            () ->
                CheckView.met("Vault", config.vault().address().get() + " answers as it should."));
  }

  private static CheckView branch(Branch branch) {
    String what = branch.settings().title();
    Optional<RepositoryView> tip = branch.freshView();
    Optional<StepException> trouble = branch.trouble();
    if (trouble.isPresent()) {
      return CheckView.unmet(what, trouble.get().sentence());
    }
    return tip.map(
            it ->
                CheckView.met(
                    what,
                    "Branch %s is at %s."
                        .formatted(branch.settings().branch(), it.tip().substring(0, 7))))
        .orElseGet(() -> CheckView.unread(what, "It could not be looked at in time."));
  }

  private CheckView flux() throws StepException {
    for (FluxPath path : FluxPath.values()) {
      Optional<String> applied = cluster.fluxAppliedRevision(path.word());
      if (applied.isPresent()) {
        return CheckView.met(
            "Flux", "Kustomization %s last applied %s.".formatted(path.word(), applied.get()));
      }
    }
    return CheckView.unmet(
        "Flux",
        "No Kustomization of ours has applied anything. Set one up as flux-repo-template does, or"
            + " set flux.follow=false.");
  }

  private CheckView argo() throws StepException {
    return cluster.serves("argoproj.io/v1alpha1", "ApplicationSet")
        ? CheckView.met("Argo CD", "The cluster serves ApplicationSets.")
        : CheckView.unmet(
            "Argo CD",
            "The cluster serves no ApplicationSets. Install Argo CD, or set argo.follow=false.");
  }

  private static CheckView seen(String what, Look look) {
    try {
      return look.taken();
    } catch (StepException trouble) {
      return CheckView.unread(what, trouble.sentence());
    }
  }

  private static String sentence(String words) {
    String capital = words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    return capital.endsWith(".") ? capital : capital + ".";
  }
}
