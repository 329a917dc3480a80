package tech.kyotu.groundwork.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * The API server of the caller's kubeconfig, asked with the caller's own rights. Paths begin with
 * {@code /api} or {@code /apis}.
 */
interface ApiServer extends AutoCloseable {

  /**
   * An answer, whatever its status.
   *
   * @param status of HTTP
   * @param body as text
   */
  record Answer(int status, String body) {
    boolean isGood() {
      return status / 100 == 2;
    }
  }

  /** The namespace of the kubeconfig's context. */
  String namespace();

  /**
   * Reads.
   *
   * @param accept the media type wanted
   * @throws Failure if no answer comes
   */
  Answer get(String path, String accept);

  /**
   * Asks something that needs a body.
   *
   * @throws Failure if no answer comes
   */
  Answer post(String path, String contentType, String body);

  /**
   * Changes by a merge patch.
   *
   * @throws Failure if no answer comes
   */
  Answer patch(String path, String body);

  /**
   * Follows a watch until it is enough, the server ends it, or the time is over.
   *
   * @param isEnough sees each event
   * @return the status and, of a refusal, its body
   * @throws Failure if no answer comes
   */
  Answer watch(String path, Predicate<JsonNode> isEnough, Duration atMost);

  @Override
  void close();
}
