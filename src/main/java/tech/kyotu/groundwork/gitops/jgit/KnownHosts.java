package tech.kyotu.groundwork.gitops.jgit;

import java.security.PublicKey;
import java.util.Comparator;
import java.util.List;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.signature.Signature;

/**
 * What is known of one server.
 *
 * @param keys the keys that it may show
 * @param revoked the keys that no server may show
 */
record KnownHosts(List<PublicKey> keys, List<PublicKey> revoked) {

  /** Whether the server may show this key. */
  boolean allow(PublicKey shown) {
    return holds(keys, shown) && !isRevoked(shown);
  }

  /** Whether no server may show this key any more. */
  boolean isRevoked(PublicKey shown) {
    return holds(revoked, shown);
  }

  private static boolean holds(List<PublicKey> some, PublicKey key) {
    return some.stream().anyMatch(known -> KeyUtils.compareKeys(known, key));
  }

  /**
   * Ways to sign, those of the known keys first: a server with several keys else shows one that is
   * not known. None with SHA-1.
   */
  List<NamedFactory<Signature>> signatures() {
    return ClientBuilder.setUpDefaultSignatureFactories(true).stream()
        .filter(way -> !way.getName().contains("-cert-") && !way.getName().equals("ssh-rsa"))
        .sorted(Comparator.comparing(way -> !isOfKnownKey(way.getName())))
        .toList();
  }

  private boolean isOfKnownKey(String way) {
    String type = KeyUtils.getCanonicalKeyType(way);
    return keys.stream().anyMatch(key -> type.equals(KeyUtils.getKeyType(key)));
  }
}
