package tech.kyotu.groundwork.vault;

import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.VaultServer;

/** The same in front of a key/value engine of version 1. */
class VaultDriverAdapterVersion1IT extends VaultDriverAdapterIT {

  VaultDriverAdapterVersion1IT(VaultServer server, ControlPlane cluster) {
    super(server, cluster);
  }

  @Override
  int version() {
    return 1;
  }
}
