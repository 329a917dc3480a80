package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static tech.kyotu.groundwork.playground.Look.unless;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads back, from the systems themselves, every object that the samples were promised, and after
 * their deletion that what must go is gone and what must stay stayed. The operator is never asked.
 */
final class Check {
  private static final Duration PHASE = Duration.ofMinutes(3);

  private final World world;
  private final Projects projects;
  private final Verdicts verdicts;
  private final KubernetesClient admin;
  private final ClusterCheck cluster;
  private final RegistryCheck registry;
  private final GitCheck git;
  private final Optional<VaultCheck> vault;
  private final List<FollowerCheck> followers;
  private final Developers developers;
  private final Set<String> pullSecrets = new TreeSet<>();
  private List<Sample> samples = List.of();
  private Optional<String> refusal = Optional.empty();

  /** Made before the samples are applied: it remembers what was there. */
  Check(World world, Projects projects, PrintStream out) {
    this.world = world;
    this.projects = projects;
    this.verdicts = new Verdicts(out);
    this.admin = world.cluster().adminClient();
    this.cluster = new ClusterCheck(admin);
    this.registry = new RegistryCheck(world.gitlab(), admin);
    this.git = new GitCheck(world.flux(), world.deployment());
    this.vault =
        world.vault().map(it -> new VaultCheck(it, world.cluster(), git, world.has(Follower.FLUX)));
    this.followers = FollowerCheck.in(world);
    this.developers = new Developers(world.deployment());
  }

  /** Hears how the API server refused the invalid sample; empty if it did not. */
  void refused(Optional<String> sentence) {
    refusal = sentence;
  }

  /** Who pushes applications in this world: what they pushed must be there at the end. */
  Developers developers() {
    return developers;
  }

  /** The looks at the followers that run here. */
  List<FollowerCheck> followers() {
    return followers;
  }

  /** The first half: everything that was promised is there. */
  void present(boolean ready) {
    samples = projects.all().stream().map(Sample::of).toList();
    samples.forEach(sample -> world.gitlab().addImage(sample.image()));
    verdicts.phase(PHASE);
    verdicts.check(
        "the invalid Project was refused with a sentence that says the fix",
        () ->
            unless(
                refusal.filter(it -> it.contains("Use 1 to 40 of a-z")).isPresent(),
                "the API server said " + refusal.orElse("nothing, it took it")));
    verdicts.check(
        "all Projects are Ready",
        () ->
            unless(
                projects.all().stream().allMatch(Projects::isReady),
                "not all are" + (ready ? " any more" : "")));
    for (Sample sample : samples) {
      cluster.present(sample, verdicts);
      registry.present(sample, samples, verdicts);
      git.present(sample, verdicts);
      vault.ifPresent(it -> it.present(sample, samples, verdicts));
      followers.forEach(it -> it.present(sample, verdicts));
    }
    registry.shared(samples, verdicts);
    if (vault.isEmpty()) {
      verdicts.leftOut("everything in Vault, which runs without --without vault");
    }
    Arrays.stream(Follower.values())
        .filter(it -> !world.has(it))
        .map(Follower::word)
        .forEach(it -> verdicts.leftOut("what " + it + " makes of it, which runs --with " + it));
    rememberPullSecrets();
    developers.push(samples.get(0));
  }

  /** The second half, after the Projects were deleted. */
  void absent(boolean gone) {
    verdicts.phase(PHASE);
    verdicts.check(
        "all Projects are gone",
        () -> unless(gone || projects.all().isEmpty(), "still there: " + names()));
    for (Sample sample : samples) {
      cluster.absent(sample, verdicts);
      registry.absent(sample, verdicts);
      followers.forEach(it -> it.absent(sample, verdicts));
      vault.ifPresent(it -> it.absent(sample, verdicts));
      if (sample.adopted()) {
        vault.ifPresent(it -> it.pruneAsFluxWould(sample));
      }
    }
    vault.ifPresent(it -> it.peopleGone(samples, verdicts));
    git.absent(developers, verdicts);
    leaks();
  }

  /** Prints the sum; the exit status. */
  int finish() {
    return verdicts.finish();
  }

  private void leaks() {
    List<String> known = new ArrayList<>(world.secrets());
    vault.ifPresent(it -> known.addAll(it.secrets()));
    known.addAll(pullSecrets);
    LeakCheck leaks = new LeakCheck(new Canary(known), admin);
    leaks.recognises(
        "the token of each pull secret",
        pullSecrets.stream().map(it -> new String(Base64.getDecoder().decode(it), UTF_8)).toList(),
        verdicts);
    leaks.projects(projects.seen(), verdicts);
    LeakCheck.everywhere(world, known, verdicts);
  }

  private void rememberPullSecrets() {
    for (Sample sample : samples) {
      Secret secret =
          admin.secrets().inNamespace(sample.name()).withName(ClusterCheck.PULL_SECRET).get();
      if (secret != null) {
        pullSecrets.add(secret.getData().get(".dockerconfigjson"));
      }
    }
  }

  private List<String> names() {
    return projects.all().stream().map(it -> it.ref().toString()).toList();
  }
}
