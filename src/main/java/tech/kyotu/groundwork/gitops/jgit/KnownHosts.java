package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.apache.sshd.common.signature.Signature;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What a file in the format of OpenSSH's known_hosts says of one server. Lines that cannot be read
 * are passed over, as OpenSSH does; so are those of authorities, since we ask for no certificates.
 *
 * @param keys the keys that it may show
 * @param revoked the keys that no server may show
 */
record KnownHosts(List<PublicKey> keys, List<PublicKey> revoked) {

  private static final Logger LOG = Logger.getLogger(KnownHosts.class);

  static KnownHosts read(Path file, String host, int port) throws IOException {
    List<PublicKey> keys = new ArrayList<>();
    List<PublicKey> revoked = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      try {
        KnownHostEntry entry = KnownHostEntry.parseKnownHostEntry(line);
        PublicKey key = entry == null ? null : keyOf(entry);
        if (key == null) {
          continue;
        }
        if ("revoked".equals(entry.getMarker())) {
          revoked.add(key);
        } else if (entry.getMarker() == null && entry.isHostMatch(host, port)) {
          keys.add(key);
        }
      } catch (GeneralSecurityException | RuntimeException e) {
        // The line may hold anything, also a secret that was put into the wrong file.
        LOG.debugf("line %d of the known hosts cannot be read", number);
      }
    }
    return new KnownHosts(keys, revoked);
  }

  private static @Nullable PublicKey keyOf(KnownHostEntry entry)
      throws IOException, GeneralSecurityException {
    return entry.getKeyEntry() == null
        ? null
        : entry.getKeyEntry().resolvePublicKey(null, Map.of(), PublicKeyEntryResolver.IGNORING);
  }

  /** Whether the server may show this key. */
  boolean allow(PublicKey shown) {
    return holds(keys, shown) && !holds(revoked, shown);
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
