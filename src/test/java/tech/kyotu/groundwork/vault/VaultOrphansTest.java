package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.step.Orphan;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.FakeVault;
import tech.kyotu.groundwork.testing.Settings;

class VaultOrphansTest {

  private final FakeVault vault = new FakeVault();
  private final FakeCluster cluster = new FakeCluster();
  private final Project shop = set("shop", "shop.crew@example.org");
  private final VaultOrphans search = new VaultOrphans(vault, Settings.defaults().vault());

  /** A Project whose things are in Vault. */
  private Project set(String projectId, String mail) {
    Project project = aProject(projectId).in(DEV).ownedBy(mail).build();
    cluster.with(project).withNamespaceOf(project);
    new VaultPass(Optional.of(vault), cluster, Settings.defaults().vault()).converge(project);
    vault.faults().forgetCalls();
    return project;
  }

  private List<Orphan> found(Project... living) throws StepException {
    return search.search(List.of(living)).things();
  }

  @Test
  void whatLivesIsKnownByFourListsAlone() throws StepException {
    Project billing = set("billing", "billing.crew@example.org");

    assertThat(found(shop, billing)).isEmpty();
    assertThat(vault.faults().calls())
        .containsExactlyInAnyOrder(
            "vault.groups", "vault.roles", "vault.policies", "vault.list groundwork/owners");
  }

  @Test
  void allThatAProjectLeftIsNamedWithItsMark() throws StepException {
    set("old", "old.crew@example.org");

    List<Orphan> orphans = found(shop);

    assertThat(orphans)
        .extracting(it -> it.kind() + " " + it.name())
        .containsExactly(
            "VaultPolicy project-old-dev-access",
            "VaultPolicy project-old-dev-read",
            "VaultGroup project-old-dev",
            "VaultRole auth/kubernetes/role/project-old-dev",
            "VaultSecrets secret/old-dev",
            "VaultGroup groundwork-old.crew@example.org");
    assertThat(orphans.subList(0, 5))
        .allMatch(it -> it.owner().orElseThrow().name().equals("old-dev"))
        .allMatch(it -> it.origin().equals(Optional.of(Origin.CREATED)));
    assertThat(orphans)
        .filteredOn(Orphan::kept)
        .extracting(Orphan::kind)
        .containsExactly("VaultSecrets");
  }

  @Test
  void secretsThatStayedAloneAreFoundByTheirMarker() throws StepException {
    set("old", "old.crew@example.org");
    for (String policy : List.of("project-old-dev-access", "project-old-dev-read")) {
      vault.deletePolicy(policy);
    }
    vault.deleteGroup("project-old-dev");
    vault.deleteGroup("groundwork-old.crew@example.org");

    assertThat(found(shop))
        .extracting(Orphan::kind)
        .containsExactlyInAnyOrder("VaultRole", "VaultSecrets");
    vault.deleteRole("project-old-dev");
    assertThat(found(shop)).singleElement().matches(Orphan::kept);
  }

  @Test
  void whatOthersMadeUnderSuchNamesIsNotOurs() throws StepException {
    vault.writePolicy("project-theirs-dev-read", "path \"a\" { capabilities = [\"read\"] }");
    vault.withGroup("project-theirs-dev", Set.of(), Set.of(), Map.of("owner", "somebody"));
    vault.withExternalGroup("groundwork-theirs@example.org", "theirs@example.org");

    assertThat(found(shop)).isEmpty();
  }
}
