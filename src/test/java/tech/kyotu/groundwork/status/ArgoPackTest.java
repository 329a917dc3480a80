package tech.kyotu.groundwork.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.status.ArgoPack.part;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.yaml.snakeyaml.Yaml;
import tech.kyotu.groundwork.status.ArgoPack.Action;

/** Argo CD's pack: its derived files, and its actions. */
class ArgoPackTest {

  /** {@code mvn test -Dtest=ArgoPackTest -Dwrite} writes what follows from others. */
  @Test
  void itsFilesFollowFromTheSituationsAndTheScripts() throws IOException {
    Map<Path, String> derived = ArgoPack.derived();
    if (System.getProperty("write") != null) {
      for (Path old : committed()) {
        Files.delete(old);
      }
      for (Map.Entry<Path, String> file : derived.entrySet()) {
        Files.createDirectories(file.getKey().getParent());
        Files.writeString(file.getKey(), file.getValue(), UTF_8);
      }
    }
    assertThat(committed()).containsExactlyInAnyOrderElementsOf(derived.keySet());
    derived.forEach((file, text) -> assertThat(file).content(UTF_8).isEqualTo(text));
  }

  private static List<Path> committed() throws IOException {
    try (Stream<Path> files = Files.walk(ArgoPack.FOLDER.getParent().getParent())) {
      return files.filter(it -> it.toString().endsWith(".yaml")).toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anActionAsksForOneThingAndLeavesTheRest(Action action) {
    for (Situation situation : Situations.all()) {
      Map<String, Object> project = ArgoPack.resource(situation.project());
      Map<String, Object> asked = asMap(ArgoLua.run(action.script(), project));
      action
          .annotation()
          .ifPresent(
              key -> {
                Map<String, Object> metadata = part(asked, "metadata");
                Map<String, Object> annotations = part(metadata, "annotations");
                Instant time = Instant.parse(annotations.get(key).toString());
                assertThat(time).isBetween(Instant.now().minusSeconds(60), Instant.now());
                annotations.put(key, ArgoPack.SOME_TIME);
                metadata.put("annotations", annotations);
                asked.put("metadata", metadata);
              });
      assertThat(bare(asked)).as(situation.title()).isEqualTo(bare(action.on(project)));
    }
  }

  @Test
  void anActionIsOfferedWhereItHelps() {
    Map<String, List<Map<String, Object>>> tests =
        new Yaml().load(ArgoPack.text(ArgoPack.ACTIONS.resolve("action_test.yaml")));
    for (Map<String, Object> test : tests.get("discoveryTests")) {
      Path input = ArgoPack.ACTIONS.resolve(test.get("inputPath").toString());
      Map<String, Object> wanted = new HashMap<>();
      for (Object it : (List<?>) test.get("result")) {
        Map<String, Object> offer = asMap(it);
        wanted.put(offer.get("name").toString(), Map.of("disabled", offer.get("disabled")));
      }
      Map<String, Object> project = new Yaml().load(ArgoPack.text(input));
      assertThat(ArgoLua.run(ArgoPack.DISCOVERY, project)).as(input.toString()).isEqualTo(wanted);
    }
  }

  @Test
  void theScriptsNeedNothingThatArgoCdDoesNotGive() throws IOException {
    Path script = Files.writeString(Files.createTempFile("needs", ".lua"), "return {s = string}");
    assertThat(asMap(ArgoLua.run(script, Map.of()))).isEmpty();
    Files.delete(script);
  }

  private static Map<String, Object> asMap(Object table) {
    return part(Map.of("it", table), "it");
  }

  /** Without what is empty: Lua cannot tell an empty list from an empty map. */
  private static Object bare(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .filter(it -> it.getValue() != null && !isEmpty(it.getValue()))
          .collect(Collectors.toMap(Map.Entry::getKey, it -> bare(it.getValue())));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(ArgoPackTest::bare).toList();
    }
    return value instanceof Number number ? Long.valueOf(number.longValue()) : value;
  }

  private static boolean isEmpty(Object value) {
    return (value instanceof Map<?, ?> map && map.isEmpty())
        || (value instanceof List<?> list && list.isEmpty());
  }
}
