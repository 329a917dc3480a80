package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A file in the format of OpenSSH's known_hosts; it is read for each connection, since it may be
 * renewed. Lines that cannot be read are passed over, as OpenSSH does; so are those of authorities,
 * since we ask for no certificates.
 */
final class KnownHostsFile {

  private static final Logger LOG = Logger.getLogger(KnownHostsFile.class);

  private final Path file;
  private volatile int warnedOf;

  /** Nothing is read yet. */
  KnownHostsFile(Path file) {
    this.file = file;
  }

  /** Changes whenever the file does. */
  String version() throws IOException {
    return FileVersion.of(file);
  }

  /**
   * What the file says of a server now.
   *
   * @param host in any case; OpenSSH keeps it in small letters, and hashes these
   */
  KnownHosts read(String host, int port) throws IOException {
    String server = host.toLowerCase(Locale.ROOT);
    List<PublicKey> keys = new ArrayList<>();
    List<PublicKey> revoked = new ArrayList<>();
    List<Integer> unreadable = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      try {
        KnownHostEntry entry = KnownHostEntry.parseKnownHostEntry(squeezed(lines.get(i)));
        PublicKey key = entry == null ? null : keyOf(entry);
        if (key == null) {
          continue;
        }
        if ("revoked".equals(entry.getMarker())) {
          revoked.add(key);
        } else if (entry.getMarker() == null && entry.isHostMatch(server, port)) {
          keys.add(key);
        }
      } catch (GeneralSecurityException | RuntimeException e) {
        unreadable.add(i + 1);
      }
    }
    warn(unreadable, lines.hashCode());
    return new KnownHosts(keys, revoked);
  }

  /** SSHD 2.16 takes one blank between two words, OpenSSH any number, and tabs. */
  private static String squeezed(String line) {
    return line.strip().replaceAll("[ \\t]+", " ");
  }

  private static @Nullable PublicKey keyOf(KnownHostEntry entry)
      throws IOException, GeneralSecurityException {
    return entry.getKeyEntry() == null
        ? null
        : entry.getKeyEntry().resolvePublicKey(null, Map.of(), PublicKeyEntryResolver.IGNORING);
  }

  /** Once for each content. A line may hold anything, also a secret put into the wrong file. */
  private void warn(List<Integer> unreadable, int content) {
    if (!unreadable.isEmpty() && warnedOf != content) {
      LOG.warnf("lines %s of the known hosts cannot be read", unreadable);
    }
    warnedOf = content;
  }
}
