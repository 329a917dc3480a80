package tech.kyotu.groundwork.gitlab;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.gitlab.GitLab.Issuance;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/** A mistake that a rotation could make, planted between the steps and the world. */
enum RotationDefect {
  NONE,

  /** The old token dies before the new one is published. */
  REVOKES_BEFORE_PUBLISHING {
    @Override
    Object ofGitLab(Intercepted.Call call, RotationStage stage, Clock local) throws Throwable {
      Object answer = call.proceed();
      if (answer instanceof Issuance.Issued) {
        Optional<Long> old =
            stage.secret().map(it -> TokenNotes.of(it.annotations()).id().orElse(0));
        if (old.filter(id -> id > 0).isPresent()) {
          ((GitLab) call.target()).revokeToken((GroupRef) call.arguments()[0], old.get());
        }
      }
      return answer;
    }
  },

  /** Nobody knows whether it was issued, so it is asked for once more. */
  REPEATS_A_LOST_REQUEST {
    @Override
    Object ofGitLab(Intercepted.Call call, RotationStage stage, Clock local) throws Throwable {
      try {
        return call.proceed();
      } catch (RetryableException lost) {
        if (call.is("issueToken") && lost.isOutcomeUnknown()) {
          return call.proceed();
        }
        throw lost;
      }
    }
  },

  /** A list that could not be read counts as empty. */
  TAKES_AN_ERROR_FOR_ABSENCE {
    @Override
    Object ofGitLab(Intercepted.Call call, RotationStage stage, Clock local) throws Throwable {
      try {
        return call.proceed();
      } catch (StepException trouble) {
        if (call.is("tokens")) {
          return List.of();
        }
        throw trouble;
      }
    }
  },

  /** The token before the published one goes at the next look. */
  KNOWS_NO_GRACE {
    @Override
    Object ofCluster(Intercepted.Call call) throws Throwable {
      Object answer = call.proceed();
      return answer instanceof Optional<?> found
              && call.is("pullSecret")
              && found.isPresent()
              && found.get() instanceof PullSecret secret
          ? Optional.of(published(secret, Duration.ofDays(-2)))
          : answer;
    }
  },

  /** The Secret is overwritten, whatever it became since it was read. */
  IGNORES_THE_RESOURCE_VERSION {
    @Override
    Object ofCluster(Intercepted.Call call) throws Throwable {
      if (!call.is("writePullSecret")) {
        return call.proceed();
      }
      PullSecret seen = (PullSecret) call.arguments()[1];
      Optional<PullSecret> now = ((Cluster) call.target()).pullSecret(seen.namespace());
      return call.proceed(call.arguments()[0], now.orElse(seen), call.arguments()[2]);
    }
  },

  /** The first page of the list passes for the list. */
  READS_ONE_PAGE {
    @Override
    Object ofGitLab(Intercepted.Call call, RotationStage stage, Clock local) throws Throwable {
      Object answer = call.proceed();
      return call.is("tokens") && answer instanceof List<?> tokens
          ? new ArrayList<>(tokens.subList(0, Math.min(2, tokens.size())))
          : answer;
    }
  },

  /** The operator's clock passes for the server's. */
  TRUSTS_ITS_OWN_CLOCK {
    @Override
    Object ofGitLab(Intercepted.Call call, RotationStage stage, Clock local) throws Throwable {
      if (call.is("serverTime")) {
        return local.instant();
      }
      return call.is("skew") ? Duration.ZERO : call.proceed();
    }
  };

  Object ofGitLab(Intercepted.Call call, RotationStage stage, Clock local) throws Throwable {
    return call.proceed();
  }

  Object ofCluster(Intercepted.Call call) throws Throwable {
    return call.proceed();
  }

  private static PullSecret published(PullSecret secret, Duration later) {
    Map<String, String> annotations = new TreeMap<>(secret.annotations());
    TokenNotes.of(annotations)
        .publishedAt()
        .ifPresent(
            time -> annotations.put("kyotu.tech/token-published-at", time.plus(later).toString()));
    return new PullSecret(
        secret.namespace(),
        secret.uid(),
        secret.resourceVersion(),
        secret.owner(),
        annotations,
        secret.dockerConfigJson(),
        secret.type(),
        secret.dataIsOurs(),
        secret.notesAreOurs(),
        secret.isOlderOperators());
  }
}
