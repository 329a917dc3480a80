package tech.kyotu.groundwork.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tech.kyotu.groundwork.config.GroundworkConfig.Attach;
import tech.kyotu.groundwork.step.StepException;

/**
 * The ServiceAccounts that name the pull secret. {@code imagePullSecrets} is an atomic list, so
 * server-side apply would drop other names: the list as seen is patched with its resourceVersion.
 */
final class ServiceAccounts {

  private static final String RESOURCE = "serviceaccounts";
  private static final String LABEL = "kyotu.tech/pull-secret";
  private static final String LABELLED = "attach";
  private static final String DEFAULT = "default";
  private static final int TRIES = 3;

  private final KubernetesClient client;
  private final Writes writes;
  private final Attach attach;
  private final Optional<Watched<ServiceAccount>> watched;

  /** Namespaces whose default account did not exist yet when it was asked for. */
  private final Set<String> awaited = ConcurrentHashMap.newKeySet();

  /**
   * ServiceAccounts behind this client; the watch is not yet started.
   *
   * @param lacking told of the namespace when one appears, or is changed, without the name
   */
  ServiceAccounts(KubernetesClient client, OwnWrites own, Attach attach, Consumer<String> lacking) {
    this.client = client;
    this.writes = new Writes(client, own);
    this.attach = attach;
    this.watched =
        selected()
            .map(
                what ->
                    new Watched<>(
                        what,
                        ServiceAccounts::pruned,
                        own,
                        (account, move) -> {
                          if (move == Watched.Move.THERE && !holdsName(account)) {
                            lacking.accept(account.getMetadata().getNamespace());
                          }
                        }));
  }

  Optional<Watched<ServiceAccount>> watched() {
    return watched;
  }

  /** Whether somebody waits for the account of this namespace; asking ends the wait. */
  boolean isAwaited(String namespace) {
    return awaited.remove(namespace);
  }

  /** From the watch: an account that is not there yet holds nothing. */
  boolean isAttached(String namespace) {
    if (watched.isEmpty()) {
      return true;
    }
    List<ServiceAccount> accounts = watched.get().in(namespace);
    boolean isMissing = accounts.isEmpty() && attach == Attach.DEFAULT;
    return !isMissing && accounts.stream().allMatch(ServiceAccounts::holdsName);
  }

  boolean attach(String namespace) throws StepException {
    if (watched.isEmpty()) {
      return true;
    }
    List<ServiceAccount> accounts = watched.get().in(namespace);
    if (accounts.isEmpty() && attach == Attach.DEFAULT) {
      // Said before the second look, so that one which appears between the two is not missed.
      awaited.add(namespace);
      accounts = watched.get().in(namespace);
      if (accounts.isEmpty()) {
        return false;
      }
      awaited.remove(namespace);
    }
    for (ServiceAccount account : accounts) {
      rewrite(account, true);
    }
    return true;
  }

  void detach(String namespace) throws StepException {
    awaited.remove(namespace);
    if (watched.isEmpty()) {
      return;
    }
    List<ServiceAccount> accounts =
        new Call("list", RESOURCE, namespace)
            .make(() -> client.serviceAccounts().inNamespace(namespace).list().getItems());
    for (ServiceAccount account : accounts) {
      rewrite(account, false);
    }
  }

  private void rewrite(ServiceAccount seen, boolean withName) throws StepException {
    String namespace = seen.getMetadata().getNamespace();
    Call call = new Call("patch", RESOURCE, namespace);
    Optional<ServiceAccount> account = Optional.of(seen);
    for (int tries = 1; account.isPresent() && holdsName(account.get()) != withName; tries++) {
      try {
        patch(account.get(), withName);
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != 404 && (e.getCode() != 409 || tries == TRIES)) {
          throw call.trouble(e);
        }
        account = live(namespace, seen.getMetadata().getName());
      }
    }
  }

  private void patch(ServiceAccount account, boolean withName) {
    ObjectNode patch = Marks.patchOf(account.getMetadata().getResourceVersion());
    ArrayNode list = patch.putArray("imagePullSecrets");
    Stream.concat(others(account), withName ? Stream.of(Cluster.PULL_SECRET) : Stream.empty())
        .forEach(name -> list.addObject().put("name", name));
    writes.patch(account, patch);
  }

  private Optional<ServiceAccount> live(String namespace, String name) throws StepException {
    return new Call("get", RESOURCE, namespace)
        .look(() -> client.serviceAccounts().inNamespace(namespace).withName(name).require());
  }

  private Optional<Informable<ServiceAccount>> selected() {
    return switch (attach) {
      case DEFAULT ->
          Optional.of(
              client.serviceAccounts().inAnyNamespace().withField("metadata.name", DEFAULT));
      case LABELLED ->
          Optional.of(client.serviceAccounts().inAnyNamespace().withLabel(LABEL, LABELLED));
      case NONE -> Optional.empty();
    };
  }

  private static boolean holdsName(ServiceAccount account) {
    return names(account).anyMatch(Cluster.PULL_SECRET::equals);
  }

  private static Stream<String> others(ServiceAccount account) {
    return names(account).filter(name -> !name.equals(Cluster.PULL_SECRET));
  }

  private static Stream<String> names(ServiceAccount account) {
    List<LocalObjectReference> list = account.getImagePullSecrets();
    return list == null ? Stream.empty() : list.stream().map(LocalObjectReference::getName);
  }

  private static ServiceAccount pruned(ServiceAccount account) {
    return new ServiceAccountBuilder()
        .withMetadata(Marks.pruned(account.getMetadata()))
        .withImagePullSecrets(new ArrayList<>(account.getImagePullSecrets()))
        .build();
  }
}
