package tech.kyotu.groundwork.playground;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a follower makes of a sample's files, read from the cluster. */
interface FollowerCheck {

  /** One line for people about what it made; empty as long as it is not there. */
  Optional<String> seen(Sample sample);

  /** All that was promised is there. */
  void present(Sample sample, Verdicts verdicts);

  /** Nothing of it is left. */
  void absent(Sample sample, Verdicts verdicts);

  /** Of those that run in a world. */
  static List<FollowerCheck> in(World world) {
    List<FollowerCheck> checks = new ArrayList<>();
    if (world.has(Follower.FLUX)) {
      checks.add(new FluxCheck(world.cluster().adminClient(), world.flux()));
    }
    if (world.has(Follower.ARGOCD)) {
      checks.add(new ArgoCheck(world.cluster().adminClient()));
    }
    return checks;
  }
}
