package tech.kyotu.groundwork.vault;

import tech.kyotu.groundwork.testing.ControlPlane;
import tech.kyotu.groundwork.testing.VaultServer;

/** The same with a key/value engine of version 1. */
class VaultAccessStepVersion1IT extends VaultAccessStepIT {

  VaultAccessStepVersion1IT(VaultServer server, ControlPlane pods) {
    super(server, pods);
  }

  @Override
  int version() {
    return 1;
  }
}
