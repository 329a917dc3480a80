package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/** What the port promises; the fake and the adapter in front of a real server both pass it. */
abstract class VaultContract {

  abstract Vault vault();

  /** A project name that no other test uses. */
  abstract String project();

  /** A team keeps a secret below its folder. */
  abstract void keepSecret(String path);

  private String group() {
    return "project-" + project();
  }

  private String mail() {
    return project() + "@example.org";
  }

  @Test
  void knowsNothingOfWhatWasNeverWritten() throws StepException {
    assertThat(vault().policy(group())).isEmpty();
    assertThat(vault().group(group())).isEmpty();
    assertThat(vault().externalGroup(mail())).isEmpty();
    assertThat(vault().role(group())).isEmpty();
    assertThat(vault().owner(project())).isEmpty();
    assertThat(vault().list(project())).isEmpty();
  }

  @Test
  void readsAPolicyBackAndForgetsADeletedOne() throws StepException {
    String text = "# first line\npath \"secret/data/x/*\" { capabilities = [\"read\"] }\n";

    vault().writePolicy(group(), text);
    assertThat(vault().policy(group())).contains(text);

    vault().deletePolicy(group());
    assertThat(vault().policy(group())).isEmpty();
  }

  @Test
  void readsListsAndMarksOfAGroupBackAsTheyWereWritten() throws StepException {
    String member = vault().createExternalGroup(mail());

    vault().writeGroup(group(), Set.of("one", "two"), Set.of(member), Map.of("uid", "u-1"));

    Vault.Group group = vault().group(group()).orElseThrow();
    assertThat(group.policies()).containsExactlyInAnyOrder("one", "two");
    assertThat(group.members()).containsExactly(member);
    assertThat(group.metadata()).containsExactlyEntriesOf(Map.of("uid", "u-1"));
    assertThat(group.external()).isFalse();
    assertThat(group.aliasId()).isEmpty();
    assertThat(vault().externalGroup(mail()).orElseThrow().parents()).containsExactly(group.id());
  }

  @Test
  void replacesAllOfAGroupAndKeepsItsId() throws StepException {
    String member = vault().createExternalGroup(mail());
    vault().writeGroup(group(), Set.of("one"), Set.of(member), Map.of("uid", "u-1", "old", "x"));
    String id = vault().group(group()).orElseThrow().id();

    vault().writeGroup(group(), Set.of("two"), Set.of(), Map.of("uid", "u-2"));

    Vault.Group group = vault().group(group()).orElseThrow();
    assertThat(group.id()).isEqualTo(id);
    assertThat(group.policies()).containsExactly("two");
    assertThat(group.members()).isEmpty();
    assertThat(group.metadata()).containsExactlyEntriesOf(Map.of("uid", "u-2"));
    assertThat(vault().externalGroup(mail()).orElseThrow().parents()).isEmpty();
  }

  @Test
  void leavesNoLivingParentBehindADeletedGroup() throws StepException {
    String member = vault().createExternalGroup(mail());
    vault().writeGroup(group(), Set.of("one"), Set.of(member), Map.of());
    String id = vault().group(group()).orElseThrow().id();
    assertThat(vault().hasGroup(id)).isTrue();

    vault().deleteGroup(group());

    assertThat(vault().group(group())).isEmpty();
    assertThat(vault().hasGroup(id)).isFalse();
    assertThat(vault().externalGroup(mail()).orElseThrow().parents()).containsExactly(id);
  }

  @Test
  void refusesAMemberThatDoesNotExist() {
    Set<String> stranger = Set.of("11111111-2222-3333-4444-555555555555");

    assertThatThrownBy(() -> vault().writeGroup(group(), Set.of("one"), stranger, Map.of()))
        .isInstanceOf(RetryableException.class);
  }

  @Test
  void findsAnExternalGroupByItsMailAndForgetsADeletedOne() throws StepException {
    vault().createExternalGroup(mail());

    Vault.Group group = vault().externalGroup(mail()).orElseThrow();
    assertThat(group.external()).isTrue();
    assertThat(group.name()).isEqualTo("groundwork-" + mail());
    assertThat(group.policies()).isEmpty();
    assertThat(group.metadata()).containsEntry("managed-by", "groundwork");
    assertThat(group.aliasId()).isPresent();

    vault().deleteExternalGroup(group);
    assertThat(vault().externalGroup(mail())).isEmpty();
    assertThat(vault().group(group.name())).isEmpty();

    String next = vault().createExternalGroup(mail());
    assertThat(vault().externalGroup(mail()).orElseThrow().id()).isEqualTo(next);
  }

  @Test
  void makesAnExternalGroupOnlyOnce() throws StepException {
    String id = vault().createExternalGroup(mail());

    assertThat(vault().createExternalGroup(mail())).isEqualTo(id);

    assertThat(vault().externalGroup(mail()).orElseThrow().id()).isEqualTo(id);
  }

  @Test
  void readsEveryFieldOfARoleBack() throws StepException {
    Vault.Role role = role();

    vault().writeRole(group(), role);
    assertThat(vault().role(group())).contains(role);

    vault().deleteRole(group());
    assertThat(vault().role(group())).isEmpty();
  }

  @Test
  void readsAnOwnerMarkerBackAndReplacesIt() throws StepException {
    vault().writeOwner(project(), Map.of("uid", "u-1", "owner", "ops/a"));
    assertThat(vault().owner(project())).contains(Map.of("uid", "u-1", "owner", "ops/a"));

    vault().writeOwner(project(), Map.of("uid", "u-2"));
    assertThat(vault().owner(project())).contains(Map.of("uid", "u-2"));

    vault().deleteOwner(project());
    assertThat(vault().owner(project())).isEmpty();
  }

  @Test
  void listsOneLevelAndDestroysOneSecret() throws StepException {
    keepSecret(project() + "/db");
    keepSecret(project() + "/deep/one");
    keepSecret(project() + "/deep/two");
    keepSecret(project() + "2/other");

    assertThat(vault().list(project())).containsExactly("db", "deep/");
    assertThat(vault().list(project() + "/deep")).containsExactly("one", "two");

    vault().destroy(project() + "/deep/one");
    vault().destroy(project() + "/db");

    assertThat(vault().list(project())).containsExactly("deep/");
    assertThat(vault().list(project() + "/deep")).containsExactly("two");
    assertThat(vault().list(project() + "2")).containsExactly("other");
  }

  @Test
  void findsAndDestroysSecretsOfAnyName() throws StepException {
    String odd = "größe & 50% b+c?d#e";
    keepSecret(project() + "/" + odd + "/" + odd);

    assertThat(vault().list(project())).containsExactly(odd + "/");
    assertThat(vault().list(project() + "/" + odd)).containsExactly(odd);

    vault().destroy(project() + "/" + odd + "/" + odd);

    assertThat(vault().list(project())).isEmpty();
  }

  @Test
  void listsTheNamesOfEverythingThatGivesARight() throws StepException {
    assertThat(vault().policies()).doesNotContain(group());
    assertThat(vault().groups()).doesNotContain(group());
    assertThat(vault().roles()).doesNotContain(group());

    vault().writePolicy(group(), "path \"x\" { capabilities = [\"read\"] }");
    vault().createExternalGroup(mail());
    vault().writeGroup(group(), Set.of("one"), Set.of(), Map.of());
    vault().writeRole(group(), role());

    assertThat(vault().policies()).contains(group());
    assertThat(vault().groups()).contains(group(), "groundwork-" + mail());
    assertThat(vault().roles()).contains(group());
  }

  @Test
  void deletesWhatIsAbsentWithoutComplaint() throws StepException {
    vault().deletePolicy(group());
    vault().deleteGroup(group());
    vault().deleteRole(group());
    vault().deleteOwner(project());
    vault().destroy(project() + "/nothing");

    assertThat(vault().group(group())).isEmpty();
  }

  private Vault.Role role() {
    return new Vault.Role(
        Set.of("vault-reader", "other"),
        Set.of(project()),
        "vault",
        "serviceaccount_uid",
        Set.of(group() + "-read"),
        Duration.ofMinutes(15),
        Duration.ofHours(1));
  }
}
