package tech.kyotu.groundwork.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.kubernetes.Cluster.NamespaceView;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepException;

/** Namespaces: those that bear our label are watched, all others are read live. */
final class Namespaces {

  private static final String RESOURCE = "namespaces";

  private final KubernetesClient client;
  private final Writes writes;
  private final Watched<Namespace> watched;

  /**
   * Namespaces behind this client; the watch is not yet started.
   *
   * @param moved told what others did to a marked namespace
   */
  Namespaces(
      KubernetesClient client, OwnWrites own, BiConsumer<NamespaceView, Watched.Move> moved) {
    this.client = client;
    this.writes = new Writes(client, own);
    this.watched =
        new Watched<>(
            client.namespaces().withLabel(OwnerMark.MANAGED_BY, OwnerMark.GROUNDWORK),
            Namespaces::pruned,
            own,
            (namespace, move) -> moved.accept(view(namespace), move));
  }

  Watched<Namespace> watched() {
    return watched;
  }

  Optional<NamespaceView> known(String name) {
    return watched.get(name).map(Namespaces::view);
  }

  Optional<NamespaceView> live(String name) throws StepException {
    return read(name).map(Namespaces::view);
  }

  Optional<NamespaceView> create(Project project) throws StepException {
    OwnerMark mark = OwnerMark.of(project);
    Namespace wanted =
        new NamespaceBuilder()
            .withNewMetadata()
            .withName(project.name().value())
            .withLabels(mark.labels(project.name()))
            .withAnnotations(mark.annotations(Origin.CREATED))
            .endMetadata()
            .build();
    try {
      return Optional.of(view(writes.create(wanted, Namespace.class)));
    } catch (KubernetesClientException e) {
      if (e.getCode() == 409) {
        return Optional.empty();
      }
      throw new Call("create", RESOURCE, project.name().value()).trouble(e);
    }
  }

  NamespaceView mark(Project project, NamespaceView seen, Origin origin) throws StepException {
    OwnerMark mark = OwnerMark.of(project);
    ObjectNode patch = Marks.patchOf(seen.resourceVersion());
    Marks.put(patch, "labels", mark.labels(project.name()));
    Marks.put(patch, "annotations", mark.annotations(origin));
    return view(
        new Call("patch", RESOURCE, seen.name()).make(() -> writes.patch(named(seen), patch)));
  }

  void unmark(NamespaceView seen) throws StepException {
    ObjectNode patch = Marks.patchOf(seen.resourceVersion());
    Marks.remove(patch, "labels", Marks.LABELS);
    Marks.remove(patch, "annotations", List.of(OwnerMark.OWNER, OwnerMark.ORIGIN));
    try {
      writes.patch(named(seen), patch);
    } catch (KubernetesClientException e) {
      if (!Call.isAbsent(e)) {
        throw new Call("patch", RESOURCE, seen.name()).trouble(e);
      }
    }
  }

  void delete(NamespaceView seen) throws StepException {
    try {
      writes.delete(named(seen), seen.uid());
    } catch (KubernetesClientException e) {
      throw new Call("delete", RESOURCE, seen.name()).trouble(e);
    }
  }

  /** Why a namespace is still there: its controller's conditions, and finalizers of its own. */
  String whatBlocks(String name) throws StepException {
    return read(name).stream()
        .flatMap(Namespaces::blocks)
        .map(Sanitizer::foreign)
        .collect(Collectors.joining("; "));
  }

  private static Stream<String> blocks(Namespace namespace) {
    Stream<String> inside =
        Optional.ofNullable(namespace.getStatus()).stream()
            .flatMap(status -> status.getConditions().stream())
            .filter(condition -> "True".equals(condition.getStatus()))
            .map(NamespaceCondition::getMessage);
    return Stream.concat(
        inside,
        namespace.getMetadata().getFinalizers().stream().map(it -> "it has finalizer " + it));
  }

  private Optional<Namespace> read(String name) throws StepException {
    return new Call("get", RESOURCE, name).look(() -> client.namespaces().withName(name).require());
  }

  private static Namespace named(NamespaceView seen) {
    return new NamespaceBuilder().withNewMetadata().withName(seen.name()).endMetadata().build();
  }

  private static Namespace pruned(Namespace namespace) {
    return new NamespaceBuilder().withMetadata(Marks.pruned(namespace.getMetadata())).build();
  }

  private static NamespaceView view(Namespace namespace) {
    ObjectMeta meta = namespace.getMetadata();
    return new NamespaceView(
        meta.getName(),
        meta.getUid(),
        meta.getResourceVersion(),
        Marks.owner(meta),
        Marks.origin(meta),
        meta.getDeletionTimestamp() != null,
        Marks.labels(meta),
        meta.getCreationTimestamp());
  }
}
