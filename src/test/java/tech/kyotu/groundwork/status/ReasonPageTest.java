package tech.kyotu.groundwork.status;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.Who;

/**
 * The error catalogue: what is committed below {@code docs/reasons} is what the command line
 * prints. {@code -Dreasons.write=true} writes it anew.
 */
class ReasonPageTest {

  private static final Path CATALOGUE = Path.of("docs/reasons");
  private static final boolean WRITES = Boolean.getBoolean("reasons.write");

  @ParameterizedTest
  @EnumSource(Reason.class)
  void theCommittedPageIsTheOneThatExplainPrints(Reason reason) throws IOException {
    isCommitted(reason.word() + ".md", ReasonPage.of(reason));
  }

  @Test
  void theIndexListsEachReasonByItsKind() throws IOException {
    isCommitted("README.md", index());
  }

  private static void isCommitted(String name, String wanted) throws IOException {
    Path page = CATALOGUE.resolve(name);
    if (WRITES) {
      Files.createDirectories(CATALOGUE);
      Files.writeString(page, wanted);
    }
    assertThat(page).exists();
    assertThat(Files.readString(page)).isEqualTo(wanted);
  }

  private static String index() {
    String kinds =
        Arrays.stream(Reason.Kind.values())
            .map(
                kind ->
                    "\n## %s\n\n%s\n\n| Reason | Meaning | What to do |\n|---|---|---|\n"
                            .formatted(
                                kind.word().substring(0, 1).toUpperCase(java.util.Locale.ROOT)
                                    + kind.word().substring(1),
                                kind.meaning())
                        + rows(kind))
            .collect(Collectors.joining());
    return """
    # Reasons

    Each condition of a Project bears one of these words. `kubectl project explain REASON` prints the same pages, without a
    cluster. In the examples the Project `shop-dev` lies in namespace `operations`, and its environment is namespace `shop-dev`.
    """
        + kinds;
  }

  private static String rows(Reason.Kind kind) {
    return Arrays.stream(Reason.values())
        .filter(reason -> reason.kind() == kind)
        .map(
            reason ->
                "| [%1$s](%1$s.md) | %2$s | %3$s |\n"
                    .formatted(reason.word(), reason.meaning(), reason.advice()))
        .collect(Collectors.joining());
  }

  @Test
  void noPageIsLeftOfAReasonThatIsNoMore() throws IOException {
    List<String> words = Arrays.stream(Reason.values()).map(Reason::word).toList();
    for (Path folder : List.of(CATALOGUE, Path.of("src/main/resources/reasons"))) {
      try (Stream<Path> pages = Files.list(folder)) {
        assertThat(pages.map(page -> page.getFileName().toString().replace(".md", "")))
            .allMatch(name -> words.contains(name) || name.equals("README"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void aPageHoldsEveryHeadingInOrderAndSomethingBelowEach(Reason reason) {
    String page = ReasonPage.of(reason);
    List<String> headings =
        page.lines().filter(line -> line.startsWith("## ")).map(line -> line.substring(3)).toList();
    assertThat(headings).isEqualTo(ReasonPage.HEADINGS);
    assertThat(Arrays.stream(page.split("\n## [^\n]+\n")).skip(1)).noneMatch(String::isBlank);
    assertThat(page).contains("\n    ").endsWith("\n").doesNotContain("\t");
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void theExampleIsASentenceOfTheCode(Reason reason) throws IOException {
    List<String> examples =
        ReasonPage.of(reason).lines().filter(line -> line.startsWith("> ")).toList();
    assertThat(examples).hasSize(1);
    // The summary puts the count before or behind, and since when into the first sentence.
    String whole = examples.get(0).substring(2).replaceFirst(" since \\d\\d:\\d\\d UTC", "");
    String sentence =
        whole
            .replaceFirst("^\\d of 6 in place[.] ", "")
            .replaceFirst("( Next try \\d\\d:\\d\\d UTC[.])?( \\d of 6 in place[.])?$", "");
    CodeMessages messages = CodeMessages.read();
    assertThat(
            messages.canSay(speaker(reason), whole) || messages.canSay(speaker(reason), sentence))
        .as("some source that names %s says: %s", reason, whole)
        .isTrue();
  }

  /** A word of the source that says the example: the reason's own name where it is thrown. */
  private static String speaker(Reason reason) {
    return switch (reason) {
      // What is in place, gone or kept is told by the step; the loop alone knows the word.
      case IN_PLACE, REMOVED, RETAINED -> "";
      case FOLLOWER_MISSING -> "Delivery.unseen";
      default -> reason.name();
    };
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void whoeverIsToDoSomethingIsNamed(Reason reason) {
    assertThat(reason.who().isEmpty())
        .isEqualTo(
            reason.advice().matches("Nothing to do[.]|Wait; it goes on.*|Look at the step.*"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NameTaken", "nametaken", "NAME_TAKEN", "name-taken"})
  void aWordIsFoundHoweverItIsWritten(String word) {
    assertThat(ReasonPage.named(word)).contains(Reason.NAME_TAKEN);
  }

  @Test
  void aMistypedWordGetsTheLikeliestOnes() {
    assertThat(ReasonPage.named("NameTakn")).isEmpty();
    assertThat(ReasonPage.like("NameTakn")).first().isEqualTo(Reason.NAME_TAKEN);
    assertThat(ReasonPage.like("AwaitingFlx")).first().isEqualTo(Reason.AWAITING_FLUX);
    assertThat(ReasonPage.like("await"))
        .containsExactly(Reason.AWAITING_FLUX, Reason.AWAITING_ARGO_CD);
    assertThat(ReasonPage.like("pineapple")).isEmpty();
  }

  @Test
  void aPageNeedsNothingButTheJdk() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.describe(
                "are of the JDK or of the vocabulary",
                type ->
                    type.getName().matches("java[.].*|int|boolean|void|.*\\[.*|\\[.*")
                        || type.isEquivalentTo(ReasonPage.class)
                        || type.isEquivalentTo(Reason.class)
                        || type.isEquivalentTo(Reason.Kind.class)
                        || type.isEquivalentTo(Who.class)))
        .because("the command line prints a page without starting the operator")
        .check(
            new ClassFileImporter()
                .importClasses(ReasonPage.class, Reason.class, Reason.Kind.class, Who.class));
  }
}
