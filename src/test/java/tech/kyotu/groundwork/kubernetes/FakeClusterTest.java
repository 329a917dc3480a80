package tech.kyotu.groundwork.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import tech.kyotu.groundwork.testing.FakeCluster;

/** The fake keeps what the port promises. */
class FakeClusterTest extends ClusterContract {
  private final FakeCluster fake = new FakeCluster();

  @Override
  Cluster cluster() {
    return fake;
  }

  @Override
  void foreignNamespace(String name) {
    fake.withNamespace(name);
  }

  @Override
  void editSecret(String namespace) {
    fake.editSecret(namespace, "edited".getBytes(UTF_8));
  }

  @Override
  void awaitGone(String namespace) {
    // The fake's namespaces go at once.
  }
}
