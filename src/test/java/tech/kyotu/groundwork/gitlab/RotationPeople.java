package tech.kyotu.groundwork.gitlab;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;

/** What people do in a history, and what they have beside the Project and must keep. */
final class RotationPeople {

  private static final LocalDate FAR = LocalDate.parse("2036-01-01");

  private final FakeGitLab gitlab;
  private final RotationStage stage;
  private final RotationLaws laws;
  private final LaggingLists lists;
  private final Set<Long> neighbours = new HashSet<>();
  private final List<PullSecret> backups = new ArrayList<>();

  RotationPeople(FakeGitLab gitlab, RotationStage stage, RotationLaws laws, LaggingLists lists) {
    this.gitlab = gitlab;
    this.stage = stage;
    this.laws = laws;
    this.lists = lists;
  }

  /** Somebody does this to the pull secret or its token, if there is one. */
  void act(RotationEvent.Kind kind, Random random) {
    if (stage.secret().isEmpty()) {
      return;
    }
    switch (kind) {
      case SECRET_LOST -> stage.loseSecret();
      case SECRET_EDITED ->
          stage.editSecret(
              (random.nextBoolean() ? "{}" : "{\"auths\":{}}").getBytes(StandardCharsets.UTF_8));
      case NOTES_FORGED -> forge(random);
      case OLDER_SECRET_RESTORED -> one(backups, random).ifPresent(stage::restoreSecret);
      case TOKEN_REVOKED_BY_HAND ->
          one(laws.living(), random).map(Token::id).ifPresent(this::revoke);
      default -> throw new IllegalStateException(kind + " is no person's act");
    }
    laws.personActed();
  }

  private static <T> Optional<T> one(List<T> things, Random random) {
    return things.isEmpty()
        ? Optional.empty()
        : Optional.of(things.get(random.nextInt(things.size())));
  }

  private void revoke(long id) {
    gitlab.revokeByHand(id);
    laws.revokedByHand(id);
    lists.remember();
  }

  private void forge(Random random) {
    String[] notes = {"id", "previous-id", "pending", "sequence", "published-at"};
    List<Long> ids = new ArrayList<>(neighbours);
    laws.living().forEach(token -> ids.add(token.id()));
    String text =
        random.nextBoolean() ? "nonsense" : one(ids, random).map(String::valueOf).orElse("");
    stage.forgeNote("kyotu.tech/token-" + notes[random.nextInt(notes.length)], text);
  }

  /** A backup is made, and the group, once there is one, gets neighbours. */
  void carryOn(GitLab.Group group, Project project) {
    stage.secret().ifPresent(backups::add);
    if (neighbours.isEmpty()) {
      String nonce = "_1_0123456789abcdef";
      for (String name :
          List.of(
              "by hand",
              "groundwork_elsewhere_" + project.uid() + nonce,
              "groundwork_" + RotationLaws.CLUSTER + "_another-uid" + nonce,
              "groundwork_" + RotationLaws.CLUSTER + "_" + project.uid() + "x" + nonce)) {
        neighbours.add(gitlab.addToken(group.id(), name, FAR));
      }
      lists.remember();
    }
  }

  /** Nobody has touched what is not the Project's. */
  void requireNeighbours() {
    for (long id : neighbours) {
      if (!gitlab.lives(id)) {
        throw new RotationLaws.Broken("token " + id + " of somebody else is gone");
      }
    }
  }
}
