package tech.kyotu.groundwork.gitlab;

import tech.kyotu.groundwork.kubernetes.Cluster;

/**
 * What a look at a pull token works with.
 *
 * @param reads lists that serve many Projects
 * @param registryHost as it stands in image names
 */
record PullTokenTools(
    GitLab gitlab,
    SharedReads reads,
    ImageRegistry registry,
    Cluster cluster,
    RotationPolicy policy,
    String registryHost,
    Pause pause) {}
