package tech.kyotu.groundwork.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * A watch whose cache keeps only what we read: objects are pruned before they are stored. It
 * reports what others did, not the echo of our own writes, and nothing before the first list is in.
 *
 * @param <T> the kind that is watched
 */
final class Watched<T extends HasMetadata> {

  /** How an object came to be reported. */
  enum Move {
    THERE,
    GONE
  }

  private final SharedIndexInformer<T> informer;
  private final OwnWrites writes;
  private final BiConsumer<T, Move> moved;

  /** What was there at the start and has not passed the handler yet, as key and version. */
  private final Set<String> old = ConcurrentHashMap.newKeySet();

  private volatile boolean started;

  /**
   * A watch that is not yet started.
   *
   * @param what which objects
   * @param pruned what is kept of one; makes a new object and leaves its argument alone
   * @param moved told what others did; of the object it may use metadata alone
   */
  Watched(
      Informable<T> what, UnaryOperator<T> pruned, OwnWrites writes, BiConsumer<T, Move> moved) {
    this.writes = writes;
    this.moved = moved;
    this.informer =
        what.runnableInformer(0)
            .itemStore(new PrunedStore(pruned))
            // Without this the watch would end for good at the first error after its start.
            .exceptionHandler((started, trouble) -> true)
            .addEventHandler(new Handler());
  }

  /** Starts the watch; done once its first list is in the cache. */
  CompletionStage<Void> start() {
    return informer.start().thenRun(() -> started = true);
  }

  void stop() {
    informer.stop();
  }

  boolean isWatching() {
    return informer.isWatching();
  }

  /** Whether the first list is in the cache. */
  boolean hasSynced() {
    return informer.hasSynced();
  }

  /** The pruned object of this key: its name, or {@code namespace/name}. */
  Optional<T> get(String key) {
    return Optional.ofNullable(informer.getStore().getByKey(key));
  }

  /** All pruned objects of a namespace. */
  List<T> in(String namespace) {
    return informer.getIndexer().byIndex(Cache.NAMESPACE_INDEX, namespace);
  }

  private final class Handler implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      seen(object);
    }

    @Override
    public void onUpdate(T before, T now) {
      if (!before
          .getMetadata()
          .getResourceVersion()
          .equals(now.getMetadata().getResourceVersion())) {
        seen(now);
      }
    }

    @Override
    public void onDelete(T object, boolean finalStateUnknown) {
      writes.seenGone(key(object), () -> moved.accept(object, Move.GONE));
    }

    private void seen(T object) {
      // The handler runs behind the cache, so being synced does not mean that the list has passed.
      if (!old.remove(version(object))) {
        writes.seen(
            key(object),
            object.getMetadata().getResourceVersion(),
            () -> moved.accept(object, Move.THERE));
      }
    }
  }

  /** How an object is called among our own writes. */
  static String key(HasMetadata object) {
    return object.getKind() + " " + Cache.metaNamespaceKeyFunc(object);
  }

  private static String version(HasMetadata object) {
    return key(object) + " " + object.getMetadata().getResourceVersion();
  }

  private final class PrunedStore extends BasicItemStore<T> {
    private final UnaryOperator<T> pruned;

    PrunedStore(UnaryOperator<T> pruned) {
      super(Cache::metaNamespaceKeyFunc);
      this.pruned = pruned;
    }

    @Override
    public T put(String key, T object) {
      if (!started) {
        old.add(version(object));
      }
      return super.put(key, pruned.apply(object));
    }
  }
}
