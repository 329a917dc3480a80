package tech.kyotu.groundwork.bench;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import tech.kyotu.groundwork.api.Adoption;
import tech.kyotu.groundwork.api.DeletionPolicy;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.Mode;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectSpec;
import tech.kyotu.groundwork.playground.World;

/**
 * Many Projects at once, seen from outside: created by people, Ready when the API server says so.
 */
public final class Burst {

  private static final String HOME = "bench";
  private static final int WRITERS = 8;

  private final KubernetesClient client;
  private final Map<String, Long> createdAt = new ConcurrentHashMap<>();
  private final Map<String, Long> readyAt = new ConcurrentHashMap<>();

  /** A burst in this world. */
  public Burst(World world) {
    this.client = world.cluster().adminClient();
    var unused =
        client
            .namespaces()
            .resource(new NamespaceBuilder().withNewMetadata().withName(HOME).endMetadata().build())
            .serverSideApply();
  }

  /**
   * Creates Projects and waits until all are Ready.
   *
   * @param prefix of their project ids, a letter first
   * @param count how many
   * @param deadline for all of them
   * @return times from creation to Ready, in milliseconds, sorted; shorter than the count if the
   *     deadline came first
   */
  public List<Long> create(String prefix, int count, Duration deadline)
      throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(count);
    try (SharedIndexInformer<Project> informer =
        client.resources(Project.class).inNamespace(HOME).inform(onReady(prefix, ready))) {
      each(count, index -> createOne(prefix + index));
      var inTime = ready.await(deadline.toMillis(), TimeUnit.MILLISECONDS);
      if (!inTime) {
        System.err.println(ready.getCount() + " of " + count + " are not Ready in time");
      }
    }
    return readyAt.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .map(entry -> (entry.getValue() - createdAt.get(entry.getKey())) / 1_000_000)
        .sorted()
        .toList();
  }

  /** Milliseconds from the first creation to the last Ready, over all bursts of this prefix. */
  public long wholeTime(String prefix) {
    long first =
        createdAt.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(prefix))
            .mapToLong(Map.Entry::getValue)
            .min()
            .orElse(0);
    long last =
        readyAt.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(prefix))
            .mapToLong(Map.Entry::getValue)
            .max()
            .orElse(first);
    return (last - first) / 1_000_000;
  }

  /**
   * Deletes all Projects and waits until the API server has none; false if the deadline came first.
   */
  public boolean deleteAll(Duration deadline) throws InterruptedException {
    var projects = client.resources(Project.class).inNamespace(HOME);
    List<Project> all = projects.list().getItems();
    CountDownLatch gone = new CountDownLatch(all.size());
    try (SharedIndexInformer<Project> informer = projects.inform(onGone(gone))) {
      var unused = projects.delete();
      return gone.await(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private ResourceEventHandler<Project> onReady(String prefix, CountDownLatch ready) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(Project project) {
        look(project);
      }

      @Override
      public void onUpdate(Project before, Project project) {
        look(project);
      }

      @Override
      public void onDelete(Project project, boolean unknown) {}

      private void look(Project project) {
        String name = project.getMetadata().getName();
        if (name.startsWith(prefix)
            && isReady(project)
            && readyAt.putIfAbsent(name, System.nanoTime()) == null) {
          ready.countDown();
        }
      }
    };
  }

  private static ResourceEventHandler<Project> onGone(CountDownLatch gone) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(Project project) {}

      @Override
      public void onUpdate(Project before, Project project) {}

      @Override
      public void onDelete(Project project, boolean unknown) {
        gone.countDown();
      }
    };
  }

  private static boolean isReady(Project project) {
    return project.statusOrUnseen().observedGeneration() == project.generation()
        && project.statusOrUnseen().conditions().stream().anyMatch(Burst::isReady);
  }

  private static boolean isReady(Condition condition) {
    return condition.getType().equals("Ready") && condition.getStatus().equals("True");
  }

  private void createOne(String projectId) {
    Project project = new Project();
    project.setMetadata(new ObjectMetaBuilder().withName(projectId).withNamespace(HOME).build());
    project.setSpec(
        new ProjectSpec(
            projectId,
            EnvironmentType.DEV,
            projectId + ".crew@example.com",
            Mode.APPLY,
            false,
            Adoption.IF_UNOWNED,
            DeletionPolicy.DEFAULT));
    createdAt.put(projectId, System.nanoTime());
    var unused = client.resource(project).create();
  }

  private static void each(int count, java.util.function.IntConsumer work)
      throws InterruptedException {
    ExecutorService writers = Executors.newFixedThreadPool(Math.min(count, WRITERS));
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int index = 0; index < count; index++) {
        int number = index;
        all.add(writers.submit(() -> work.accept(number)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a Project could not be created", e.getCause());
    } finally {
      writers.shutdown();
    }
  }
}
