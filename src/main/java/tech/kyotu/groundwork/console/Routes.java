package tech.kyotu.groundwork.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapper;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.api.ProjectRef;
import tech.kyotu.groundwork.api.SpecRules;
import tech.kyotu.groundwork.step.CleanTrace;

/**
 * The JSON endpoints, on the port that people reach through the API server's proxy. A plan reads
 * many systems, so only a few are made at a time.
 */
@Singleton
public final class Routes {

  private static final Logger LOG = Logger.getLogger(Routes.class);
  private static final long LONGEST_BODY = 1 << 20;
  private static final int MOST_AT_ONCE = 4;
  private static final int MOST_PROJECTS = 200;
  private static final String PROJECT = "/api/v1/projects/:namespace/:name";

  private final Plans plans;
  private final Answers answers;
  private final Manifests manifests;

  /** The views' own form; the client's mapper leaves out what is empty. */
  private final ObjectMapper views = new ObjectMapper();

  private final Semaphore turns = new Semaphore(MOST_AT_ONCE);

  /** Serves these. */
  @Inject
  Routes(Plans plans, Answers answers, @KubernetesClientObjectMapper ObjectMapper mapper) {
    this.plans = plans;
    this.answers = answers;
    this.manifests = new Manifests(mapper, MOST_PROJECTS);
  }

  @FunctionalInterface
  private interface Answer {
    Object to(RoutingContext request) throws RefusedException;
  }

  void register(@Observes Router router) {
    router.get(PROJECT + "/plan").blockingHandler(serving(this::planOne), false);
    router.get(PROJECT + "/access").blockingHandler(serving(this::accessToOne), false);
    router.get("/api/v1/access").blockingHandler(serving(this::accessOfGroup), false);
    router.get("/api/v1/check").blockingHandler(serving(request -> answers.checks()), false);
    router.get("/api/v1/orphans").blockingHandler(serving(request -> answers.orphans()), false);
    router
        .post("/api/v1/plan")
        .handler(BodyHandler.create(false).setBodyLimit(LONGEST_BODY))
        .failureHandler(this::refuse)
        .blockingHandler(serving(this::planThese), false);
  }

  /** What the web server itself refuses. */
  private void refuse(RoutingContext request) {
    int status = request.statusCode() < 400 ? 500 : request.statusCode();
    say(
        request,
        status,
        status == 413
            ? "That is more than one megabyte. Plan fewer manifests at a time."
            : "The request could not be read (%d).".formatted(status));
  }

  private Object planOne(RoutingContext request) throws RefusedException {
    ProjectRef ref = ref(request);
    boolean deletion = Boolean.parseBoolean(request.request().getParam("deletion"));
    return plans.of(ref, deletion).orElseThrow(() -> isUnknown(ref));
  }

  private Object planThese(RoutingContext request) throws RefusedException {
    String body = request.body().asString("UTF-8");
    return plans.of(manifests.read(body == null ? "" : body));
  }

  private Object accessToOne(RoutingContext request) throws RefusedException {
    ProjectRef ref = ref(request);
    return answers.access(ref).orElseThrow(() -> isUnknown(ref));
  }

  private Object accessOfGroup(RoutingContext request) throws RefusedException {
    String group = request.request().getParam("group");
    if (group == null || !SpecRules.isGoogleGroup(group)) {
      throw new RefusedException(
          400, "Whose access? Give the lower-case e-mail address of a Google group.");
    }
    return answers.access(group);
  }

  private static ProjectRef ref(RoutingContext request) {
    return new ProjectRef(request.pathParam("namespace"), request.pathParam("name"));
  }

  private static RefusedException isUnknown(ProjectRef ref) {
    return new RefusedException(
        404, "There is no Project %s. kubectl get projects -A lists them.".formatted(ref));
  }

  private Handler<RoutingContext> serving(Answer answer) {
    return request -> {
      if (!turns.tryAcquire()) {
        say(request, 503, "The operator is busy with other plans. Try again in some seconds.");
        return;
      }
      try {
        send(request, 200, answer.to(request));
      } catch (RefusedException refused) {
        say(request, refused.status(), refused.sentence());
      } catch (RuntimeException bug) {
        String id = UUID.randomUUID().toString();
        LOG.errorf(CleanTrace.of(bug), "bug %s at %s", id, request.normalizedPath());
        say(request, 500, "The operator failed unexpectedly. Report it with id %s.".formatted(id));
      } finally {
        turns.release();
      }
    };
  }

  private void say(RoutingContext request, int status, String sentence) {
    send(request, status, Map.of("error", sentence));
  }

  private void send(RoutingContext request, int status, Object body) {
    try {
      request
          .response()
          .setStatusCode(status)
          .putHeader("content-type", "application/json")
          .putHeader("cache-control", "no-store")
          .end(views.writeValueAsString(body))
          .onFailure(gone -> LOG.debugf("nobody waits for %s", request.normalizedPath()));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a view is no JSON", impossible);
    }
  }
}
