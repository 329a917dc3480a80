package tech.kyotu.groundwork.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.endtoend.Expected.ARGO;
import static tech.kyotu.groundwork.endtoend.Expected.FLUX;
import static tech.kyotu.groundwork.endtoend.Expected.GROUP;
import static tech.kyotu.groundwork.endtoend.Expected.NAMESPACE;
import static tech.kyotu.groundwork.endtoend.Expected.REGISTRY;
import static tech.kyotu.groundwork.endtoend.Expected.VAULT;
import static tech.kyotu.groundwork.endtoend.Expected.stalled;
import static tech.kyotu.groundwork.endtoend.Expected.unknown;
import static tech.kyotu.groundwork.endtoend.Installation.SOON;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tech.kyotu.groundwork.testing.HostedRepository;
import tech.kyotu.groundwork.testing.HttpFront.Told;

/** What the Git server and what stands before it can answer, and what a Project shows of it. */
class GitTroubleIT extends InTrouble {
  private int number;

  GitTroubleIT() {
    super(
        "trouble-git",
        Map.of("groundwork.retry.longest", "PT10S", "groundwork.git.tip-interval", "PT2S"));
  }

  /** Answers of the Flux repository; nothing breaks the connection. */
  record OfFlux(String name, Optional<Told> told, Expected shown) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<OfFlux> ofFlux() {
    Expected denied =
        stalled("AccessDenied", FLUX)
            .saying("The Flux repository refused the operator's login", "credential file.");
    Expected away =
        unknown("RemoteUnavailable", FLUX)
            .saying("The Flux repository does not answer", " since ", "Nothing to do unless it");
    return Stream.of(
        new OfFlux("401", Optional.of(Told.page(401)), denied.saying("(401)")),
        new OfFlux("403", Optional.of(Told.page(403)), denied.saying("(403)")),
        new OfFlux(
            "404",
            Optional.of(Told.page(404)),
            stalled("PrerequisiteMissing", FLUX)
                .saying("The Flux repository is absent or hidden (404). Create it")),
        new OfFlux(
            "429",
            Optional.of(Told.limited(Duration.ofSeconds(5))),
            unknown("RateLimited", FLUX).saying("The Flux repository asked to wait (429)")),
        new OfFlux("500", Optional.of(Told.page(500)), away.saying("(500)")),
        new OfFlux("503", Optional.of(Told.page(503)), away.saying("(503)")),
        new OfFlux("a page", Optional.of(Told.page(200)), away),
        new OfFlux("cut", Optional.empty(), away));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ofFlux")
  void aProjectShowsWhatTheRepositoryAnswersAndTheOtherStepsGoOn(OfFlux row) {
    String troubled = "flux" + ++number;
    row.told()
        .ifPresentOrElse(
            told -> git.answers(it -> it.path().startsWith("/flux.git"), told),
            () -> git.cuts(it -> it.path().startsWith("/flux.git")));
    at.create(troubled);
    at.awaitShown(
        troubled,
        row.shown().besides(NAMESPACE, GROUP, REGISTRY, VAULT, ARGO).saying("5 of 6 in place."));
    assertThat(git.struck()).isPositive();

    git.heals();
    at.awaitReady(troubled, SOON);
    at.assertNothingLostOrDoubled(troubled);
  }

  @Test
  void aPushThatAHookRefusesStopsNoOtherProject() {
    HostedRepository deployment = at.world().deployment();
    deployment
        .faults()
        .judge(
            push ->
                deployment.changedPaths(push.oldId(), push.newId()).toString().contains("hooked")
                    ? Optional.of("protected branch")
                    : Optional.empty());
    at.create("hooked");
    at.awaitShown(
        "hooked",
        stalled("PushRejected", ARGO)
            .besides(NAMESPACE, GROUP, REGISTRY, VAULT, FLUX)
            .saying("The deployment repository refused the push to main (protected branch).")
            .saying("Allow the operator's user to push, or set another branch.")
            .saying("5 of 6 in place."));
    at.create("neighbour");
    at.awaitReady("neighbour", SOON);

    deployment.faults().judge(push -> Optional.empty());
    at.awaitReady("hooked", SOON);
    at.assertNothingLostOrDoubled("hooked", "neighbour");
  }

  @Test
  void theNextTryAfterARefusedPushIsTold() {
    at.world().deployment().faults().judge(push -> Optional.of("protected branch"));
    at.create("nexttry");
    at.awaitShown("nexttry", stalled("PushRejected", ARGO));
    Expected withTime = stalled("PushRejected", ARGO).saying("(protected branch).", "Next try ");
    withTime.check(at.project("nexttry"));
  }

  @Test
  void aBranchThatMovesAtEachPushIsContention() {
    HostedRepository flux = at.world().flux();
    AtomicInteger rivals = new AtomicInteger();
    flux.faults()
        .judge(
            push -> {
              String text = "rival " + rivals.incrementAndGet();
              flux.commit(text, Map.of("rival.md", text + "\n"));
              return Optional.empty();
            });
    at.create("racing");
    at.awaitShown(
        "racing",
        unknown("PushContention", FLUX)
            .besides(NAMESPACE, GROUP, REGISTRY, VAULT, ARGO)
            .saying("The Flux repository moved on ", " times while pushing.")
            .saying("Nothing to do unless it lasts"));

    flux.faults().judge(push -> Optional.empty());
    at.awaitReady("racing", SOON);
    at.assertNothingLostOrDoubled("racing");
    assertThat(flux.history().stream().filter(it -> it.message().startsWith("rival")).count())
        .as("commits of others that are still there")
        .isEqualTo(rivals.get());
  }

  @Test
  void aBranchThatIsMissingIsNamed() throws IOException, GitAPIException {
    HostedRepository deployment = at.world().deployment();
    try (Git opened = Git.open(deployment.folder().toFile())) {
      opened.branchRename().setOldName("main").setNewName("trunk").call();
      at.create("branch");
      at.awaitShown(
          "branch",
          stalled("PrerequisiteMissing", ARGO)
              .besides(NAMESPACE, GROUP, REGISTRY, VAULT, FLUX)
              .saying("The deployment repository has no branch main. Create it"));
      opened.branchRename().setOldName("trunk").setNewName("main").call();
    }
    at.awaitReady("branch", SOON);
    at.assertNothingLostOrDoubled("branch");
  }

  @Test
  void aFolderInPlaceOfTheFileIsNotTouched() {
    HostedRepository flux = at.world().flux();
    String wrong = "projects/folder-dev/tenant.yaml/notes.txt";
    flux.commit("A folder", Map.of(wrong, "mine\n"));
    at.create("folder");
    at.awaitShown(
        "folder",
        stalled("UnreadableFile", FLUX)
            .besides(NAMESPACE, GROUP, REGISTRY, VAULT, ARGO)
            .saying("projects/folder-dev/tenant.yaml", "Remove it; nothing is written there"));
    assertThat(flux.files()).containsKey(wrong);

    flux.commit("No folder", Map.of(), wrong);
    at.awaitReady("folder", SOON);
    at.assertNothingLostOrDoubled("folder");
  }
}
