package tech.kyotu.groundwork.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.FollowerViews;
import tech.kyotu.groundwork.kubernetes.FollowerViews.AppProjectRights;
import tech.kyotu.groundwork.kubernetes.FollowerViews.ApplicationSetHealth;
import tech.kyotu.groundwork.step.Applied;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.StepException;

/**
 * What Argo CD still lacks of a Project: its AppProject must give what is wanted, and each of its
 * ApplicationSets be there and in order.
 */
final class AppliedByArgoCd {

  private final ArgoApplicationsStep step;
  private final FollowerViews followers;

  AppliedByArgoCd(ArgoApplicationsStep step, FollowerViews followers) {
    this.step = step;
    this.followers = followers;
  }

  /**
   * What is missing.
   *
   * @return empty if nothing is
   * @throws StepException if it cannot be told what is wanted
   */
  Optional<Applied> missing(Project project) throws StepException {
    if (!followers.seesArgoCd()) {
      return Delivery.unseen(
          "The operator sees no AppProjects and ApplicationSets. Install Argo CD, and let the"
              + " operator watch them.");
    }
    WantedFile wanted = step.wanted(project);
    for (Object document : Template.parsed(new String(wanted.content(), UTF_8), "wanted")) {
      Optional<Applied> missing =
          document instanceof Map<?, ?> fields ? missing(project, fields) : Optional.empty();
      if (missing.isPresent()) {
        return missing;
      }
    }
    return Optional.empty();
  }

  private Optional<Applied> missing(Project project, Map<?, ?> wanted) throws StepException {
    if ("AppProject".equals(wanted.get("kind"))) {
      AppProjectRights mine =
          new AppProjectRights(project.uid(), AppProjectRights.of(wanted.get("spec")));
      return followers.appProjectRights(project.name()).equals(Optional.of(mine))
          ? Optional.empty()
          : awaited(project, "AppProject " + project.name());
    }
    String name =
        wanted.get("metadata") instanceof Map<?, ?> meta ? String.valueOf(meta.get("name")) : "";
    Optional<ApplicationSetHealth> set = followers.applicationSet(name);
    if (set.filter(it -> it.projectUid().equals(project.uid())).isEmpty()) {
      return awaited(project, "ApplicationSet " + name);
    }
    return set.flatMap(ApplicationSetHealth::error)
        .flatMap(error -> Delivery.failed("Argo CD's ApplicationSet " + name + " failed", error));
  }

  private Optional<Applied> awaited(Project project, String what) throws StepException {
    return Optional.of(
        new Applied(
            Reason.AWAITING_ARGO_CD,
            step.isOnTheBranch(project)
                ? "Argo CD does not have %s as it is on the branch. Wait, or refresh the root Application."
                    .formatted(what)
                : "The push of what is wanted is awaited; see ArgoApplicationsReady."));
  }
}
