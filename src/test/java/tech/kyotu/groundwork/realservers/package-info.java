/**
 * Whole Projects with real Flux and real Argo CD behind the repositories: what the files that
 * Groundwork commits come to in the cluster, and that a deletion leaves nothing stuck.
 *
 * <p>Run by the profile {@code real-servers} alone; each class bears that tag. The judges are the
 * objects in the cluster as Flux and Argo CD made and removed them.
 */
package tech.kyotu.groundwork.realservers;
