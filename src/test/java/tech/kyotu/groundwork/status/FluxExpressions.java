package tech.kyotu.groundwork.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/**
 * Reads a Project as Flux does by {@code healthCheckExprs}: the rules of {@code
 * fluxcd/pkg/runtime/cel} (0.110), in their order, over the expressions that we publish.
 */
final class FluxExpressions {

  /** The one place of the expressions. */
  static final Path FILE = Path.of("integrations/flux/health-check-exprs.yaml");

  private final Cel cel =
      CelFactory.legacyCelBuilder()
          .setOptions(CelOptions.current().enableHeterogeneousNumericComparisons(true).build())
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addCompilerLibraries(CelExtensions.optional())
          .addRuntimeLibraries(CelExtensions.optional())
          .addVar("metadata", SimpleType.DYN)
          .addVar("spec", SimpleType.DYN)
          .addVar("status", SimpleType.DYN)
          .build();

  private final Program inProgress;
  private final Program failed;
  private final Program current;

  FluxExpressions() throws CelValidationException, CelEvaluationException {
    Map<String, String> texts = published();
    inProgress = compiled(texts.get("inProgress"));
    failed = compiled(texts.get("failed"));
    current = compiled(texts.get("current"));
  }

  /** The entry for Projects as it stands in the file. */
  static Map<String, String> published() {
    Map<String, List<Map<String, String>>> file = new Yaml().load(text());
    return file.get("healthCheckExprs").get(0);
  }

  /** The file's text. */
  static String text() {
    try {
      return Files.readString(FILE, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Program compiled(String expression)
      throws CelValidationException, CelEvaluationException {
    return cel.createProgram(cel.compile(expression).getAst());
  }

  /**
   * How Flux calls a resource.
   *
   * @throws CelEvaluationException if an expression meets a field that is not there; Flux then
   *     waits until its time-out
   */
  KStatus of(Map<String, Object> resource) throws CelEvaluationException {
    if (number(resource, "status", "observedGeneration") instanceof Number seen
        && number(resource, "metadata", "generation") instanceof Number generation
        && seen.longValue() != generation.longValue()) {
      return KStatus.IN_PROGRESS;
    }
    if (holds(inProgress, resource)) {
      return KStatus.IN_PROGRESS;
    }
    if (holds(failed, resource)) {
      return KStatus.FAILED;
    }
    return holds(current, resource) ? KStatus.CURRENT : KStatus.IN_PROGRESS;
  }

  private static Object number(Map<String, Object> resource, String part, String field) {
    return resource.get(part) instanceof Map<?, ?> found ? found.get(field) : null;
  }

  private static boolean holds(Program program, Map<String, Object> resource)
      throws CelEvaluationException {
    return (Boolean) program.eval(resource);
  }
}
