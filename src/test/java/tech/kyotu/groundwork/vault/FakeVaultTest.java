package tech.kyotu.groundwork.vault;

import tech.kyotu.groundwork.testing.FakeVault;

class FakeVaultTest extends VaultContract {
  private final FakeVault fake = new FakeVault();

  @Override
  Vault vault() {
    return fake;
  }

  @Override
  String project() {
    return "shop-dev";
  }

  @Override
  void keepSecret(String path) {
    fake.withSecret(path);
  }
}
