package tech.kyotu.groundwork;

import java.util.List;
import tech.kyotu.groundwork.gitlab.GitLabGroupStep;
import tech.kyotu.groundwork.gitlab.RegistryAccessStep;
import tech.kyotu.groundwork.gitops.ArgoApplicationsStep;
import tech.kyotu.groundwork.gitops.FluxRbacStep;
import tech.kyotu.groundwork.kubernetes.NamespaceStep;
import tech.kyotu.groundwork.step.Step;
import tech.kyotu.groundwork.vault.VaultAccessStep;

/**
 * The table of contents: what a Project gets, in the order in which it is begun. Deletion walks it
 * backward. All that needs only the namespace starts in the same pass.
 *
 * @param namespace first, because creating it decides who owns the name; last to go, because the
 *     rest lives in it
 * @param gitLabGroup before registry access, whose token it bears; never deleted
 * @param registryAccess goes after Argo CD and Flux, so that workloads that are being stopped can
 *     still pull
 * @param vaultAccess goes after Argo CD and Flux, so that nothing still running loses its secrets
 *     first
 * @param fluxRbac goes after Argo CD: developers keep their rights while their applications are
 *     taken down
 * @param argoApplications goes first: an Application whose AppProject or namespace is gone can
 *     never be finalised
 */
record ProvisioningSteps(
    NamespaceStep namespace,
    GitLabGroupStep gitLabGroup,
    RegistryAccessStep registryAccess,
    VaultAccessStep vaultAccess,
    FluxRbacStep fluxRbac,
    ArgoApplicationsStep argoApplications) {

  List<Step> inOrder() {
    return List.of(namespace, gitLabGroup, registryAccess, vaultAccess, fluxRbac, argoApplications);
  }
}
