package tech.kyotu.groundwork.kubernetes;

import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.step.Wakeups;

/**
 * The way from "something moved" to a reconcile: lanes and watches wake a Project here, from any
 * thread and at once. Wakes before the framework listens are dropped, because its start looks at
 * every Project anyway.
 */
public final class ClusterEvents implements Wakeups {

  private final SimpleInboundEventSource<Project> wakes = new SimpleInboundEventSource<>("wakes");
  private final AtomicReference<@Nullable IndexerResourceCache<Project>> cache =
      new AtomicReference<>();

  /** What the framework listens to. */
  public List<EventSource<?, Project>> sources(EventSourceContext<Project> context) {
    cache.set(context.getPrimaryCache());
    return List.of(wakes);
  }

  @Override
  public void wake(ProjectRef project) {
    if (wakes.isRunning()) {
      wakes.propagateEvent(new ResourceID(project.name(), project.namespace()));
    }
  }

  /** All Projects in the framework's cache; empty before it started. */
  public List<Project> projects() {
    IndexerResourceCache<Project> started = cache.get();
    return started == null ? List.of() : started.list().toList();
  }
}
