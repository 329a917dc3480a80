package tech.kyotu.groundwork.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import tech.kyotu.groundwork.cli.ApiServer.Answer;

/** What only the operator can tell, by its JSON endpoints; paths begin with {@code /api/v1}. */
final class Operator {

  private static final String YAML = "application/yaml";

  /** The way to the operator. */
  interface Way {
    /**
     * An answer, whatever its status.
     *
     * @throws Failure if none comes
     */
    Answer get(String path);

    /**
     * The same of something that needs a body.
     *
     * @throws Failure if none comes
     */
    Answer post(String path, String contentType, String body);
  }

  private final Way way;
  private final String place;

  private Operator(Way way, String place) {
    this.way = way;
    this.place = place;
  }

  /**
   * By the API server's proxy to the operator's Service. The port's name is part of the name that
   * the right is given for, so it is written in one way only.
   */
  static Operator behind(ApiServer server, String namespace) {
    String prefix = "/api/v1/namespaces/" + namespace + "/services/groundwork:console/proxy";
    Way way =
        new Way() {
          @Override
          public Answer get(String path) {
            return server.get(prefix + path, "application/json");
          }

          @Override
          public Answer post(String path, String contentType, String body) {
            return server.post(prefix + path, contentType, body);
          }
        };
    return new Operator(way, "the operator in namespace " + namespace);
  }

  /** At its own address: an operator outside a cluster. */
  static Operator at(String url, Way way) {
    return new Operator(way, "the operator at " + url);
  }

  /** Reads. */
  JsonNode get(String path) {
    return answered(way.get(path));
  }

  /** Asks about manifests. */
  JsonNode post(String path, String yaml) {
    return answered(way.post(path, YAML, yaml));
  }

  private JsonNode answered(Answer answer) {
    JsonNode body = Json.read(answer.body());
    if (answer.isGood() && !body.isMissingNode()) {
      return body;
    }
    Optional<String> own = Optional.of(body.path("error").asText("")).filter(it -> !it.isEmpty());
    if (own.isEmpty() && answer.status() == 404) {
      // The API server knows no such Service, or the operator no such page.
      throw new Failure(
          ExitCode.UNREACHABLE,
          "%s does not answer that: %s. Is it installed, and of this version? kubectl project check tells."
              .formatted(capital(place), message(body)));
    }
    if (own.isEmpty() && answer.status() / 100 == 4) {
      throw Cluster.refusal(answer, place);
    }
    throw own.map(it -> new Failure(codeOf(answer.status()), it)).orElseGet(() -> away(answer));
  }

  private static ExitCode codeOf(int status) {
    return switch (status) {
      case 400 -> ExitCode.WRONG_USE;
      case 403 -> ExitCode.NOT_ALLOWED;
      case 404 -> ExitCode.NOT_FOUND;
      default -> ExitCode.UNREACHABLE;
    };
  }

  private Failure away(Answer answer) {
    return new Failure(
        ExitCode.UNREACHABLE,
        "%s does not answer (%d): %s. Look at its pods, or try: kubectl project check."
            .formatted(capital(place), answer.status(), message(Json.read(answer.body()))));
  }

  private static String message(JsonNode status) {
    String said = status.path("message").asText("");
    return said.isEmpty() ? "no word of it" : said.replaceFirst("[.]$", "");
  }

  private static String capital(String words) {
    return "T" + words.substring(1);
  }
}
