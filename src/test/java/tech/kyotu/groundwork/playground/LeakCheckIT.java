package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static tech.kyotu.groundwork.testing.ProjectFixture.aProject;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.testing.ServerBinary;

/** A world that ends is searched: what was left in each place is found there. */
@Tag("trouble")
class LeakCheckIT {
  private static final String TOKEN = "glpat-" + "Abcdefghij0123456789";

  @Test
  void aCredentialIsFoundWhereverItWasLeft() throws IOException {
    ServerBinary.require(ServerBinary.values());
    World world = World.start(Wishes.in("leaks"));
    KubernetesClient admin = world.cluster().adminClient();
    Path logs = world.places().logs();
    leaveInAConfigMap(admin);
    leaveInAnEvent(admin);
    leaveInAProject(admin);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> Files.readString(logs.resolve("projects.log"), UTF_8).contains(TOKEN));
    String password = world.git().token();
    world.flux().commit("Try", Map.of("note.txt", "https://groundwork:" + password + "@host/x"));
    world.deployment().commit("Try", Map.of("secret.txt", base64(TOKEN)));
    world.deployment().commit("Take it back", Map.of(), "secret.txt");

    assertThatThrownBy(world::close)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("FAIL no credential in any log: projects.log line ")
        .hasMessageContaining("FAIL no credential in any event: ")
        .hasMessageContaining("FAIL no credential in any ConfigMap")
        .hasMessageContaining("FAIL no credential in any object of flux.git: ")
        .hasMessageContaining("FAIL no credential in any object of deployment.git: ")
        .message()
        .doesNotContain(TOKEN, password);
    assertThat(logs).as("the logs stay").isNotEmptyDirectory();
  }

  @Test
  void aCredentialOfTheOperatorIsFoundInAnyLog() throws IOException {
    ServerBinary.require(ServerBinary.values());
    World world = World.start(Wishes.in("leaks-in-logs"));
    Path log = world.places().logs().resolve("operator.log.metrics");
    for (String secret : world.secrets()) {
      Files.writeString(
          log, "\nx{y=\"" + base64("user:" + secret) + "\"} 1", UTF_8, StandardOpenOption.CREATE);
      assertThat(found(world)).as("one of its secrets").contains("operator.log.metrics line 2");
      Files.delete(log);
    }
    assertThat(found(world)).as("nothing").isEqualTo("");
    world.close();
  }

  private static String found(World world) throws IOException {
    try {
      world.assertNothingLeaked();
      return "";
    } catch (AssertionError found) {
      return String.valueOf(found.getMessage());
    }
  }

  private static void leaveInAConfigMap(KubernetesClient admin) {
    var namespace =
        new NamespaceBuilder()
            .withNewMetadata()
            .withName("shop-dev")
            .addToLabels("kyotu.tech/owner-uid", "any")
            .endMetadata()
            .build();
    var map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("notes")
            .withNamespace("shop-dev")
            .endMetadata()
            .addToData("note", TOKEN)
            .build();
    var unused = admin.resource(namespace).create();
    var unusedToo = admin.resource(map).create();
  }

  private static void leaveInAnEvent(KubernetesClient admin) {
    String now =
        ZonedDateTime.now(ZoneOffset.UTC)
            .format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'"));
    var event =
        new EventBuilder()
            .withNewMetadata()
            .withName("told")
            .withNamespace("default")
            .endMetadata()
            .withEventTime(new MicroTime(now))
            .withType("Normal")
            .withReason("Told")
            .withAction("Tell")
            .withReportingController("kyotu.tech/test")
            .withReportingInstance("test")
            .withNote("it is " + TOKEN)
            .build();
    var unused = admin.resource(event).create();
  }

  private static void leaveInAProject(KubernetesClient admin) {
    Project project = aProject("shop").inNamespace("default").build();
    project.getMetadata().setUid(null);
    project.getMetadata().setResourceVersion(null);
    project.getMetadata().setGeneration(null);
    project.getMetadata().setCreationTimestamp(null);
    project.getMetadata().setAnnotations(Map.of("example.com/note", TOKEN));
    var unused = admin.resource(project).create();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
