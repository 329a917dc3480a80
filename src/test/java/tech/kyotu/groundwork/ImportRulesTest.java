package tech.kyotu.groundwork;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may know whom. Each rule says why, in the sentence that a broken build shows. */
class ImportRulesTest {

  private static final String ROOT = "tech.kyotu.groundwork";
  private static final String[] PORTS_OF_THE_CLUSTER = {
    ROOT + ".kubernetes.Cluster", ROOT + ".kubernetes.FollowerViews"
  };

  private static final List<String> SYSTEMS = List.of("kubernetes", "gitlab", "gitops", "vault");
  private static final List<String> VIEWS =
      List.of("view", "console", "cli", "notify", "health", "metrics");

  private static JavaClasses ours;

  @BeforeAll
  static void readOurClasses() {
    ours =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/generated/"))
            .importPackages(ROOT)
            .that(
                describe("written by us", type -> !outermost(type).getSimpleName().contains("_")));
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ImportRulesTest::outermost).orElse(type);
  }

  private static String room(String name) {
    return ROOT + "." + name + "..";
  }

  private static String[] rooms(List<String> names) {
    return names.stream().map(ImportRulesTest::room).toArray(String[]::new);
  }

  /** Of this room, nested classes of others not counted. */
  private static DescribedPredicate<JavaClass> oneOf(String... names) {
    return describe(
        "one of " + List.of(names), type -> List.of(names).contains(outermost(type).getName()));
  }

  private static void holds(ArchRule rule) {
    rule.allowEmptyShould(true).check(ours);
  }

  @Test
  void apiDependsOnNothingOfOurs() {
    holds(
        noClasses()
            .that()
            .resideInAPackage(room("api"))
            .should()
            .dependOnClassesThat(
                resideInAPackage(ROOT + "..")
                    .and(DescribedPredicate.not(resideInAPackage(room("api")))))
            .because("the resource is what everything else depends on; it must stand alone"));
  }

  @Test
  void theCoreDependsOnTheResourceOnly() {
    holds(
        noClasses()
            .that()
            .resideInAPackage(room("step"))
            .should()
            .dependOnClassesThat(
                resideInAPackage(ROOT + "..")
                    .and(DescribedPredicate.not(resideInAnyPackage(room("step"), room("api")))))
            .because("the core knows no outside system; what it needs comes in through its ports"));
  }

  static Stream<String> systems() {
    return SYSTEMS.stream();
  }

  @ParameterizedTest
  @MethodSource("systems")
  void oneSystemDoesNotKnowAnother(String system) {
    List<String> others = SYSTEMS.stream().filter(other -> !other.equals(system)).toList();
    holds(
        noClasses()
            .that()
            .resideInAPackage(room(system))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(rooms(others))
                    .and(DescribedPredicate.not(oneOf(PORTS_OF_THE_CLUSTER))))
            .because(
                "whoever reads one room needs no other; only the cluster's ports are shared,"
                    + " because every Project lives in the cluster"));
  }

  @Test
  void systemsKnowNeitherTheStatusNorTheFrontDoor() {
    holds(
        noClasses()
            .that()
            .resideInAnyPackage(rooms(SYSTEMS))
            .should()
            .dependOnClassesThat(resideInAnyPackage(room("status"), ROOT))
            .because("a step reports what became of it and never decides what the user is told"));
  }

  @Test
  void theStatusKnowsNoOutsideSystem() {
    holds(
        noClasses()
            .that()
            .resideInAPackage(room("status"))
            .should()
            .dependOnClassesThat(resideInAnyPackage(rooms(SYSTEMS)))
            .because("the status is made from the report alone"));
  }

  @Test
  void nothingUsesTheViews() {
    holds(
        noClasses()
            .that()
            .resideInAnyPackage(
                Stream.concat(SYSTEMS.stream(), Stream.of("api", "step", "status", "config"))
                    .map(ImportRulesTest::room)
                    .toArray(String[]::new))
            .should()
            .dependOnClassesThat(resideInAnyPackage(rooms(VIEWS)))
            .because(
                "views use the core, nothing uses them; the core tells a listener of its own"));
  }

  @Test
  void theCommandLineShowsAndDecidesNothing() {
    holds(
        noClasses()
            .that()
            .resideInAnyPackage(room("cli"), room("view"))
            .should()
            .dependOnClassesThat(
                resideInAPackage(ROOT + "..")
                    .and(
                        DescribedPredicate.not(
                            resideInAnyPackage(
                                room("cli"),
                                room("view"),
                                room("api"),
                                room("step"),
                                room("status"),
                                room("gitops.older")))))
            .because(
                "it runs on people's machines with people's rights: systems and settings are the"
                    + " operator's; only what reads an older installation reads files alone"));
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackage(room("cli"))
            .should()
            .dependOnClassesThat(resideInAPackage("picocli.."))
            .because("only the command line reads arguments"));
  }

  @Test
  void theSettingsAreReadFromAboveOnly() {
    holds(
        noClasses()
            .that()
            .resideInAPackage(room("config"))
            .should()
            .dependOnClassesThat(
                resideInAPackage(ROOT + "..")
                    .and(DescribedPredicate.not(resideInAnyPackage(room("config"), room("api")))))
            .because(
                "settings are plain values, in words of the resource; what they mean is said where"
                    + " they are used"));
  }

  /** A library and the one class that may know it, nested classes included. */
  record Fence(String library, String adapter) {}

  static Stream<Fence> fences() {
    return Stream.of(
        new Fence("org.gitlab4j..", ROOT + ".gitlab.GitLab4jAdapter"),
        new Fence("io.github.jopenlibs..", ROOT + ".vault.VaultDriverAdapter"));
  }

  @ParameterizedTest
  @MethodSource("fences")
  void oneClassKnowsEachLibrary(Fence fence) {
    holds(
        noClasses()
            .that(are(DescribedPredicate.not(oneOf(fence.adapter()))))
            .should()
            .dependOnClassesThat(resideInAPackage(fence.library()))
            .because(
                "ports speak our own words: a library is replaced, and its exceptions are"
                    + " translated, in one place"));
  }

  @Test
  void oneRoomKnowsJGit() {
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackage(room("gitops.jgit"))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("org.eclipse.jgit..", "org.apache.sshd..", "org.bouncycastle.."))
            .because("it is too large for one class, and still replaced in one place"));
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, room("gitops.jgit"))
            .should()
            .dependOnClassesThat(resideInAPackage(room("gitops.jgit")))
            .because("others know the port GitRepository alone"));
  }

  @Test
  void theKubernetesClientStaysBesideTheCluster() {
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, room("kubernetes"), room("status"))
            .and(
                DescribedPredicate.not(
                    // The resource extends the client's class of custom resources; the command
                    // line has an adapter of its own, with the caller's rights.
                    oneOf(ROOT + ".api.Project", ROOT + ".cli.Fabric8ApiServer")))
            .should()
            .dependOnClassesThat(resideInAPackage("io.fabric8.kubernetes.client.."))
            .because("everybody else asks the port kubernetes.Cluster, which tests can replace"));
  }

  @Test
  void theOperatorFrameworkStaysAtTheDoor() {
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, room("kubernetes"), room("status"))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("io.javaoperatorsdk..", "io.quarkiverse.operatorsdk.."))
            .because("the core must run, and be tested, without a framework around it"));
  }

  @Test
  void everyNameSaysWhatTheThingIs() {
    holds(
        classes()
            .should()
            .haveNameNotMatching(
                ".*(Utils?|Manager|Helper|Impl|Base)(\\$.*)?|.*[.$](Abstract)[^.$]*")
            .because("a function with no home is a missing noun"));
  }

  @Test
  void absenceInGitLabIsAnExplicitAnswer() {
    holds(
        noClasses()
            .should()
            .callMethodWhere(
                describe(
                    "getOptional* of gitlab4j",
                    call ->
                        call.getTargetOwner().getPackageName().startsWith("org.gitlab4j")
                            && call.getName().startsWith("getOptional")))
            .because(
                "gitlab4j 6.2.0 answers these with empty for every error, and an error is not"
                    + " absence"));
  }
}
