package tech.kyotu.groundwork.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * The ApplicationSets of a file that anybody may have written: how their Applications are called,
 * and whether these take with them what they deployed when a set drops them.
 *
 * @param comments the lines that the file starts with, where a mark stands
 * @param documents all documents of the file, parsed
 */
record ApplicationSets(String comments, List<Map<String, Object>> documents) {

  /** A place of Argo CD's templates, in either of its two languages. */
  private static final Pattern PLACE = Pattern.compile("\\{\\{-?\\s*\\.?(.*?)\\s*-?}}");

  private static final Pattern SEGMENT =
      Pattern.compile("path\\[(\\d)]|index \\.path\\.segments (\\d)(?: \\| normalize)?");
  private static final Pattern BASENAME = Pattern.compile("path\\.basename(?:Normalized)?");
  private static final List<String> BELOW = List.of("folder", "inner", "third", "fourth");

  /**
   * Reads a file.
   *
   * @param path of the file, for the message
   * @throws RejectedException {@code UnreadableFile} if it is no YAML
   */
  static ApplicationSets of(byte[] content, String path) throws RejectedException {
    String text = new String(content, UTF_8);
    String comments =
        text.lines()
            .takeWhile(line -> line.startsWith("#"))
            .map(line -> line + "\n")
            .collect(Collectors.joining());
    List<Map<String, Object>> documents = new ArrayList<>();
    try {
      for (Object document : yaml().loadAll(text)) {
        if (document instanceof Map<?, ?> fields) {
          documents.add(copied(fields));
        }
      }
    } catch (YAMLException e) {
      throw new RejectedException(
          Reason.UNREADABLE_FILE,
          "%s is no YAML, so nobody can tell which Applications it makes. Mend or remove it."
              .formatted(path));
    }
    return new ApplicationSets(comments, documents);
  }

  /**
   * What each set calls the Application of a folder named {@code folder}, by the set's name. A name
   * that cannot be told stays as it is written.
   */
  Map<String, String> names() {
    Map<String, String> names = new LinkedHashMap<>();
    sets()
        .forEach(
            set ->
                names.put(
                    String.valueOf(map(set, "metadata").get("name")),
                    sample(set, map(map(map(set, "spec"), "template"), "metadata"))));
    return names;
  }

  /** Whether every set spares what its Applications deployed. */
  boolean spare() {
    return sets()
        .allMatch(
            set ->
                Boolean.TRUE.equals(
                    map(map(set, "spec"), "syncPolicy").get("preserveResourcesOnDeletion")));
  }

  /** The same file, whose sets spare it. Comments between the lines are lost. */
  byte[] sparing() {
    sets()
        .forEach(
            set -> {
              Map<String, Object> spec = map(set, "spec");
              Map<String, Object> policy = map(spec, "syncPolicy");
              policy.put("preserveResourcesOnDeletion", true);
              spec.put("syncPolicy", policy);
            });
    return (comments + yaml().dumpAll(documents.iterator())).getBytes(UTF_8);
  }

  private Stream<Map<String, Object>> sets() {
    return documents.stream().filter(it -> "ApplicationSet".equals(it.get("kind")));
  }

  private static String sample(Map<String, Object> set, Map<String, Object> metadata) {
    List<String> path = samplePath(set);
    return PLACE
        .matcher(String.valueOf(metadata.get("name")))
        .replaceAll(place -> Matcher.quoteReplacement(value(place.group(1), path, place.group())));
  }

  private static String value(String place, List<String> path, String otherwise) {
    if (BASENAME.matcher(place).matches()) {
      return path.get(path.size() - 1);
    }
    Matcher segment = SEGMENT.matcher(place);
    if (!segment.matches()) {
      return otherwise;
    }
    int index = Integer.parseInt(segment.group(segment.group(1) == null ? 2 : 1));
    return index < path.size() ? path.get(index) : otherwise;
  }

  /** The path of the first generator, with plain folders in place of stars. */
  private static List<String> samplePath(Map<String, Object> set) {
    Object path =
        first(map(first(map(set, "spec"), "generators"), "git"), "directories").get("path");
    List<String> sample = new ArrayList<>();
    int stars = 0;
    for (String segment : String.valueOf(path).split("/", -1)) {
      sample.add(segment.contains("*") && stars < BELOW.size() ? BELOW.get(stars++) : segment);
    }
    return sample;
  }

  @SuppressWarnings("unchecked") // copied() made every mapping one of these
  private static Map<String, Object> map(Map<String, Object> of, String field) {
    return of.get(field) instanceof Map<?, ?> found
        ? (Map<String, Object>) found
        : new LinkedHashMap<>();
  }

  @SuppressWarnings("unchecked") // as above
  private static Map<String, Object> first(Map<String, Object> of, String field) {
    return of.get(field) instanceof List<?> list
            && !list.isEmpty()
            && list.get(0) instanceof Map<?, ?> found
        ? (Map<String, Object>) found
        : new LinkedHashMap<>();
  }

  private static Map<String, Object> copied(Map<?, ?> fields) {
    Map<String, Object> copy = new LinkedHashMap<>();
    fields.forEach((key, value) -> copy.put(String.valueOf(key), copied(value)));
    return copy;
  }

  private static Object copied(Object value) {
    if (value instanceof Map<?, ?> fields) {
      return copied(fields);
    }
    return value instanceof List<?> list
        ? new ArrayList<>(list.stream().map(ApplicationSets::copied).toList())
        : value;
  }

  private static Yaml yaml() {
    LoaderOptions loading = new LoaderOptions();
    DumperOptions dumping = new DumperOptions();
    dumping.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    dumping.setExplicitStart(true);
    dumping.setSplitLines(false);
    return new Yaml(new SafeConstructor(loading), new Representer(dumping), dumping, loading);
  }
}
