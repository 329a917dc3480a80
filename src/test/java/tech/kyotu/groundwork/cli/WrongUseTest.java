package tech.kyotu.groundwork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people type wrong: each gets a sentence with the fix, its exit code, and no stack trace. */
class WrongUseTest {

  @TempDir Path folder;

  @BeforeEach
  void putOddFilesThere() throws IOException {
    Files.writeString(folder.resolve("broken.yaml"), "kind: Project\nmetadata: [\n");
    Files.writeString(folder.resolve("other.yaml"), "kind: ConfigMap\napiVersion: v1\n");
    Files.writeString(
        folder.resolve("good.yaml"),
        """
        apiVersion: kyotu.tech/v1
        kind: Project
        metadata: {name: shop-dev}
        spec: {projectId: shop, environmentType: dev, googleGroup: shop.crew@example.com}
        """);
    Files.createDirectories(folder.resolve("git/.git"));
    Files.writeString(
        folder.resolve("nameless.yaml"), "apiVersion: kyotu.tech/v1\nkind: Project\n");
  }

  @ParameterizedTest(name = "{1}: {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                       | 2  | Which verb?
          gte                                      | 2  | Did you mean
          get --al                                 | 2  | kubectl project get --help
          get shop-dev -A                          | 2  | Use -n in place of -A
          get -n ops -A                            | 2  | Leave one out
          get -o xml                               | 2  | xml
          get -o dot                               | 2  | one of table, wide, json, yaml, name
          get Shop_Dev                             | 2  | no name of a Project
          get ../../secrets                        | 2  | no name of a Project
          get -n ../x                              | 2  | kubectl get namespaces
          get --as-group ops                       | 2  | Add --as USER
          get shop-qa                              | 3  | kubectl project get -A lists all
          trace                                    | 2  | NAME
          plan                                     | 2  | Plan what?
          plan shop-dev -f x.yaml                  | 2  | Leave one out
          plan --delete -f x.yaml                  | 2  | needs the NAME
          plan -f {}/absent.yaml                   | 2  | cannot be read
          plan -f {}/broken.yaml                   | 2  | broken.yaml line
          plan -f {}/other.yaml                    | 2  | There is no Project in
          plan -f {}/nameless.yaml                 | 2  | no metadata.name
          plan shop-dev                            | 5  | kubectl project check
          plan --offline                           | 2  | give -f FILE_OR_DIR
          plan --offline shop-dev                  | 2  | neither a NAME nor --delete
          plan --offline --delete -f x.yaml        | 2  | which need the cluster
          plan --offline -f x.yaml                 | 2  | Add --flux-repo DIR
          plan --offline -f x.yaml --flux-repo {}/git | 2 | Add --deployment-repo DIR
          plan --offline -f x.yaml --flux-repo {}/no | 2 | /no is no checkout: it has no .git
          plan --offline -f {}/absent.yaml --flux-repo {}/git --deployment-repo {}/git | 2 | absent.yaml cannot be read
          plan --offline -f {}/good.yaml --flux-repo {}/git --deployment-repo {}/git | 2 | no namespace. Add metadata.namespace, or say it with -n
          plan --offline -n ops -f {}/good.yaml --flux-repo {}/git --deployment-repo {}/git | 2 | Name the operator's settings with --settings
          plan --offline -n ops -o dot -f {}/good.yaml --flux-repo {}/git --deployment-repo {}/git | 2 | one of table
          plan shop-dev --flux-repo {}             | 2  | Add --offline
          plan shop-dev --settings x               | 2  | Add --offline
          render                                   | 2  | Render what?
          render -f {}/absent.yaml                 | 2  | cannot be read
          render -f {}/good.yaml                   | 2  | no namespace
          render -n ../x -f {}/good.yaml           | 2  | must be names of Kubernetes
          render -n ops -f {}/good.yaml -o table   | 2  | one of yaml, json, name
          render -n ops -f {}/good.yaml --settings {}/no.yaml | 2 | no.yaml cannot be read
          render -n ops -f {}/good.yaml --templates {} | 2 | point it at the templates
          render -n ops -f {}/good.yaml --output-dir {} | 2 | is not empty
          render -n ops -f {}/good.yaml --output-dir {}/good.yaml | 2 | is no folder
          wait shop-dev --timeout soon             | 2  | Write it as 90s
          wait shop-dev --for ever                 | 2  | --for
          suspend shop-qa                          | 3  | There is no Project shop-qa
          explain NameTakn                         | 3  | Did you mean NameTaken?
          access                                   | 2  | Whose access?
          access shop-dev --group a@example.com    | 2  | Whose access?
          import                                   | 2  | --flux-repo
          import --flux-repo {}/no --deployment-repo {} | 2 | no folder
          new Shop dev --group a@example.com       | 2  | start with a letter
          new shop live --group a@example.com      | 2  | dev, qa, test, stage, prod
          new shop dev --group crew                | 2  | shop.crew@example.com
          new shop dev                             | 2  | --group
          """)
  void saysHowToMendIt(String line, int code, String fix) {
    FakeApiServer server = new FakeApiServer().with(Told.ready());
    Typed typed = Typed.at(server, line.replace("{}", folder.toString()));

    assertThat(typed.err()).contains(fix);
    assertThat(typed.code()).isEqualTo(code);
    assertThat(typed.err()).startsWith("error: ").doesNotContain("\tat ", "Exception");
    assertThat(typed.out()).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          401 | {}                                                                                          | 4 | Log in again
          403 | {"message": "User \\"jo\\" cannot list resource \\"projects\\"", "details": {"kind": "projects"}} | 4 | cannot list resource "projects". Ask whoever runs the cluster for the ClusterRole project-viewer.
          403 | {"message": "cannot impersonate resource \\"users\\""}                                          | 4 | leave out --as
          500 | {"message": "etcd is away"}                                                                   | 5 | etcd is away. Try again
          200 | <html>Please log in</html>                                                                   | 5 | is no API server
          """)
  void saysWhatTheServerSaid(int status, String body, int code, String fix) {
    FakeApiServer server =
        new FakeApiServer().answer("/apis/kyotu.tech/v1/namespaces/ops/projects", status, body);

    Typed typed = Typed.at(server, "get");

    assertThat(typed.err()).contains(fix);
    assertThat(typed.code()).isEqualTo(code);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 | {"error": "Two Projects have one name. Leave one out."}              | 2 | error: Two Projects have one name. Leave one out.
          404 | {"error": "The operator has not seen it yet. Ask again."}             | 3 | has not seen it yet
          503 | {"error": "No plan within 3 s. Ask again in a moment."}               | 5 | Ask again
          503 | {"message": "no endpoints available for service \\"groundwork\\""}      | 5 | no endpoints available
          403 | {"message": "cannot get resource \\"services/proxy\\""}                 | 4 | the Role groundwork-reader
          404 | {"message": "services \\"groundwork\\" not found"}                      | 5 | Is it installed
          """)
  void saysWhatTheOperatorSaid(int status, String body, int code, String fix) {
    FakeApiServer server =
        new FakeApiServer()
            .with(Told.ready())
            .answer(FakeApiServer.PROXY + "/api/v1/projects/ops/shop-dev/plan", status, body);

    Typed typed = Typed.at(server, "plan shop-dev");

    assertThat(typed.err()).contains(fix);
    assertThat(typed.code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({"not-an-address, 2, is no address", "http://127.0.0.1:1, 5, is not reachable"})
  void saysThatTheOperatorsAddressIsWrong(String url, int code, String fix) {
    FakeApiServer server = new FakeApiServer().with(Told.ready());

    Typed typed = Typed.at(server, Map.of("OPERATOR_URL", url), false, "", "plan shop-dev");

    assertThat(typed.err()).contains(fix, "OPERATOR_URL");
    assertThat(typed.code()).isEqualTo(code);
  }
}
