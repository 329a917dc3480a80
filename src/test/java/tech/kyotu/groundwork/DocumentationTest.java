package tech.kyotu.groundwork;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tech.kyotu.groundwork.step.EventReason;
import tech.kyotu.groundwork.step.Reason;

/** What people read must not send them to a page, a setting or a word that is not there. */
class DocumentationTest {

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern SETTING = Pattern.compile("groundwork\\.[a-z]+(?:[.-][a-z0-9<>]+)*");
  private static final Pattern SETTINGS_ROW =
      Pattern.compile("(?m)^\\| `(groundwork\\.[^`]+)` \\|");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern REASON_OF_EVENT = Pattern.compile("reason=(\\w+)");
  private static final Pattern REASON_LINK =
      Pattern.compile("\\[(\\w+)]\\([^)]*reasons/((?!README)\\w+)\\.md\\)");

  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String place :
        List.of(
            "README.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "docs",
            "integrations",
            "flux-repo-template",
            "argocd-templates")) {
      if (Files.exists(Path.of(place))) {
        try (Stream<Path> found = Files.walk(Path.of(place))) {
          found.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
        }
      }
    }
    return pages;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void eachLinkLeadsSomewhere(Path page) throws IOException {
    Path folder = page.toAbsolutePath().getParent();
    for (MatchResult link : LINK.matcher(withoutCode(page)).results().toList()) {
      String[] target = link.group(1).split("#", 2);
      if (link.group(1).contains("://")) {
        continue;
      }
      Path to = target[0].isEmpty() ? page : folder.resolve(target[0]).normalize();
      assertThat(to).as("%s links to %s", page, link.group(1)).exists();
      if (target.length == 2) {
        assertThat(anchors(to)).as("%s links to %s", page, link.group(1)).contains(target[1]);
      }
    }
  }

  /** As GitLab and GitHub make them of headings. */
  private static Set<String> anchors(Path page) throws IOException {
    return HEADING
        .matcher(Files.readString(page))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^a-z0-9 -]", "").strip().replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static String withoutCode(Path page) throws IOException {
    return Files.readString(page).replaceAll("(?s)```.*?```|`[^`\n]*`", "");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void eachSettingExists(Path page) throws IOException {
    assertThat(settingsIn(page)).isSubsetOf(settings());
  }

  private static Set<String> settingsIn(Path page) throws IOException {
    return SETTING
        .matcher(Files.readString(page))
        .results()
        .map(MatchResult::group)
        .filter(name -> !name.matches("groundwork\\.(yaml|jar|svg)"))
        .map(name -> name.replaceFirst("\\.(dev|qa|test|stage|prod)$", ".<environment>"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** README's table, which SettingsTableTest holds against the code. */
  private static Set<String> settings() throws IOException {
    return SETTINGS_ROW
        .matcher(Files.readString(Path.of("README.md")))
        .results()
        .map(row -> row.group(1))
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void eachReasonIsAWordOfTheVocabulary(Path page) throws IOException {
    String text = Files.readString(page);
    assertThat(REASON_LINK.matcher(text).results())
        .allSatisfy(
            link -> {
              assertThat(link.group(1)).isEqualTo(link.group(2));
              assertThat(Reason.of(link.group(1))).isPresent();
            });
    Set<String> events =
        Stream.concat(
                Arrays.stream(EventReason.values()).map(EventReason::word),
                Arrays.stream(Reason.values()).map(Reason::word))
            .collect(Collectors.toSet());
    assertThat(REASON_OF_EVENT.matcher(text).results().map(word -> word.group(1)))
        .allMatch(events::contains);
  }

  @Test
  void thePagesOfEachReaderAreListedWhereTheyBegin() throws IOException {
    for (String reader : List.of("ops", "developers", "security")) {
      Path folder = Path.of("docs", reader);
      String home = Files.readString(folder.resolve("README.md"));
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .filteredOn(name -> !name.equals("README.md"))
            .isNotEmpty()
            .allMatch(name -> home.contains("(" + name + ")"));
      }
    }
  }
}
