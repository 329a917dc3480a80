package tech.kyotu.groundwork.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static tech.kyotu.groundwork.api.EnvironmentType.DEV;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.testing.FakeCluster;
import tech.kyotu.groundwork.testing.FakeVault;
import tech.kyotu.groundwork.testing.Settings;

/** What one Project costs at the port; what belongs to the server, the adapter remembers. */
class VaultCostTest {
  private static final String MAIL = "team@example.org";

  private final FakeVault vault = new FakeVault();
  private final FakeCluster cluster = new FakeCluster();
  private final Project project = aProject("shop").in(DEV).ownedBy(MAIL).build();
  private final VaultPass pass =
      new VaultPass(Optional.of(vault), cluster, Settings.defaults().vault());

  @BeforeEach
  void theProjectAndItsNamespaceAreThere() {
    cluster.with(project).withNamespaceOf(project);
  }

  /** Calls by what is called; a policy's name adds which one. */
  private Map<String, Long> calls() {
    return vault.faults().calls().stream()
        .map(call -> call.replaceFirst("vault[.](\\w+).*?(-access|-read)?$", "$1$2"))
        .filter(call -> !call.equals("keyValueVersion"))
        .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
  }

  @Test
  void makesAProjectBySevenReadsOneWritePerThingAndSixReadsBack() {
    vault.withExternalGroup("team", MAIL);

    pass.converge(project);

    Map<String, Long> expected = new TreeMap<>();
    // Before the first write, straight after it (whose the folder is), and at the end.
    expected.put("owner", 3L);
    expected.put("list", 1L);
    for (String read : new String[] {"externalGroup", "group", "policy-access", "policy-read"}) {
      expected.put(read, 2L);
    }
    expected.put("role", 2L);
    for (String write :
        new String[] {
          "writeOwner", "writeGroup", "writePolicy-access", "writePolicy-read", "writeRole"
        }) {
      expected.put(write, 1L);
    }
    assertThat(calls()).isEqualTo(expected);
  }

  @Test
  void asksForANewGoogleGroupNoMoreThanForAKnownOne() {
    pass.converge(project);

    assertThat(calls()).containsEntry("externalGroup", 2L).containsEntry("createExternalGroup", 1L);
  }

  @Test
  void looksAtASettledProjectBySixReads() {
    pass.converge(project);
    vault.faults().forgetCalls();

    pass.converge(project);

    assertThat(calls())
        .isEqualTo(
            Map.of(
                "owner", 1L,
                "group", 1L,
                "externalGroup", 1L,
                "policy-access", 1L,
                "policy-read", 1L,
                "role", 1L));
  }

  @Test
  void takesRightsAwayBySixReadsOneDeletionPerThingAndSixReadsBack() {
    vault.withExternalGroup("team", MAIL);
    pass.converge(project);
    vault.faults().forgetCalls();

    pass.release(aProject("shop").in(DEV).ownedBy(MAIL).beingDeleted().build());

    assertThat(calls().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(6 + 4 + 6);
  }
}
