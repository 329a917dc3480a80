package tech.kyotu.groundwork.kubernetes;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.ResourceNotFoundException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepException;

/**
 * One request to the API server, in the words of RBAC. The only place that knows what its refusals
 * mean (seen on kube-apiserver 1.36).
 *
 * @param verb as in a role, for example {@code patch}
 * @param resource as in a role, for example {@code secrets}
 * @param where the namespace, or what else tells which one
 */
record Call(String verb, String resource, String where) {

  private static final Set<String> READS = Set.of("get", "list", "watch");
  private static final Duration SOON = Duration.ofSeconds(1);

  /**
   * Makes the request.
   *
   * @throws StepException what the failure means for the Project
   */
  <T> T make(Supplier<T> request) throws StepException {
    try {
      return request.get();
    } catch (KubernetesClientException e) {
      throw trouble(e);
    }
  }

  /**
   * Reads one thing.
   *
   * @param require throws if there is none
   * @return empty only where the API server itself says so: a page of a proxy, or nothing, is no
   *     word of it, whatever its status
   */
  <T> Optional<T> look(Supplier<T> require) throws StepException {
    try {
      return Optional.of(make(() -> answered(require)));
    } catch (ResourceNotFoundException e) {
      KubernetesClientException answer =
          e.getCause() instanceof KubernetesClientException cause
              ? cause
              : new KubernetesClientException("the answer is empty");
      if (isAbsent(answer)) {
        return Optional.empty();
      }
      throw trouble(answer);
    }
  }

  /**
   * What the API server answers with.
   *
   * @throws KubernetesClientException also for a page of a proxy, or nothing: that is no answer of
   *     the API server, whatever its status
   */
  static <T> T answered(Supplier<T> request) {
    T answer;
    try {
      answer = request.get();
    } catch (IllegalArgumentException page) {
      throw new KubernetesClientException("the answer cannot be read", page);
    }
    // The client gives null for an answer without a body.
    if (answer == null) {
      throw new KubernetesClientException("the answer is empty");
    }
    return answer;
  }

  /** Whether the API server itself says that there is no such thing. */
  static boolean isAbsent(KubernetesClientException e) {
    return e.getCode() == 404
        && e.getStatus() != null
        && "NotFound".equals(e.getStatus().getReason());
  }

  /**
   * What a failure of this request means. Steps of other systems ask the cluster too: their lanes
   * do not wait for it, each Project's own back-off does.
   */
  StepException trouble(KubernetesClientException e) {
    return meaning(e).elsewhere();
  }

  private StepException meaning(KubernetesClientException e) {
    int code = e.getCode();
    if (isNamespaceTerminating(e)) {
      return new RetryableException(
          Reason.NAMESPACE_TERMINATING,
          "Namespace %s is being deleted. Setup goes on when it is gone; look for finalizers inside it."
              .formatted(where));
    }
    if (code == 401 || lacksRight(e)) {
      return new RejectedException(
          Reason.ACCESS_DENIED,
          "The API server refused the operator to %s (%d). Grant its ServiceAccount this right."
              .formatted(this, code));
    }
    if (code == 409) {
      return RetryableException.after(
          Reason.REMOTE_UNAVAILABLE,
          "Somebody else was first when the operator tried to %s (409). It looks again by itself."
              .formatted(this),
          SOON);
    }
    if (code == 429) {
      return RetryableException.after(
          Reason.RATE_LIMITED, "The API server asked to wait (429).", askedToWait(e).orElse(SOON));
    }
    boolean isOfAProxy = code == 404 && !isAbsent(e);
    if (code >= 400 && code < 500 && code != 408 && !isOfAProxy) {
      return new RejectedException(
          Reason.ACCESS_DENIED,
          "The API server refused the operator to %s (%d): %s"
              .formatted(this, code, Sanitizer.foreign(answer(e))));
    }
    String message =
        "The API server does not answer%s to %s. Nothing to do unless it lasts."
            .formatted(code <= 0 ? "" : " (" + code + ")", this);
    return READS.contains(verb)
        ? new RetryableException(Reason.REMOTE_UNAVAILABLE, message)
        : RetryableException.outcomeUnknown(Reason.REMOTE_UNAVAILABLE, message);
  }

  /** Whether RBAC refused, and not a quota, a webhook or a policy, which answer 403 as well. */
  static boolean lacksRight(KubernetesClientException e) {
    return e.getCode() == 403 && answer(e).contains(" cannot ");
  }

  /** Whether it was refused because its namespace is being deleted. */
  static boolean isNamespaceTerminating(KubernetesClientException e) {
    Status status = e.getStatus();
    return status != null
        && status.getDetails() != null
        && status.getDetails().getCauses() != null
        && status.getDetails().getCauses().stream()
            .anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
  }

  /** The API server's own words, without the client's. */
  static String answer(KubernetesClientException e) {
    Status status = e.getStatus();
    return status == null || status.getMessage() == null ? "" : status.getMessage();
  }

  private static Optional<Duration> askedToWait(KubernetesClientException e) {
    return Optional.ofNullable(e.getStatus())
        .map(Status::getDetails)
        .map(details -> details.getRetryAfterSeconds())
        .map(Duration::ofSeconds);
  }

  @Override
  public String toString() {
    return where.isEmpty() ? verb + " " + resource : verb + " " + resource + " in " + where;
  }
}
