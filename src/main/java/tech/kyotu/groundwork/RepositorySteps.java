package tech.kyotu.groundwork;

import java.time.Clock;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitops.AppProjectRole;
import tech.kyotu.groundwork.gitops.ArgoApplicationsStep;
import tech.kyotu.groundwork.gitops.Branch;
import tech.kyotu.groundwork.gitops.FluxRbacStep;
import tech.kyotu.groundwork.gitops.PeoplesPolicy;
import tech.kyotu.groundwork.gitops.SharedRights;
import tech.kyotu.groundwork.gitops.TemplateFolder;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.vault.PeoplePolicy;

/**
 * The two steps whose things are files, on the same two branches: those that the operator writes,
 * those that a plan looks at, or those that somebody checked out.
 */
record RepositorySteps(FluxRbacStep fluxRbac, ArgoApplicationsStep argoApplications) {

  static RepositorySteps on(
      Branch flux,
      Branch deployment,
      TemplateFolder templates,
      Cluster cluster,
      GroundworkConfig config,
      Clock clock) {
    PeoplePolicy people = new PeoplePolicy(config.vault());
    return new RepositorySteps(
        new FluxRbacStep(
            flux,
            templates,
            new SharedRights(config, new PeoplesPolicy(people::name, people::rules), cluster),
            new AppProjectRole(deployment, cluster, config.argo(), clock),
            cluster,
            config.flux().follow(),
            clock),
        new ArgoApplicationsStep(deployment, templates, cluster, config, clock));
  }
}
