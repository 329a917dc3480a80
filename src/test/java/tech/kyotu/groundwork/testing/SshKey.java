package tech.kyotu.groundwork.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Optional;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyEncryptionContext;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.util.security.SecurityUtils;

/** A pair of keys, of a person or a server, in the forms in which OpenSSH keeps them. */
public record SshKey(KeyPair pair) {

  /**
   * A new one.
   *
   * @param kind {@code Ed25519}, {@code EC} or {@code RSA}
   */
  public static SshKey of(String kind) {
    try {
      KeyPairGenerator generator = SecurityUtils.getKeyPairGenerator(kind);
      switch (kind) {
        case "EC" -> generator.initialize(256);
        case "RSA" -> generator.initialize(2048);
        default -> {}
      }
      return new SshKey(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The private key, as {@code ssh-keygen} writes it. */
  public String file() {
    return file(Optional.empty());
  }

  /** The private key behind a passphrase. */
  public String fileBehind(String passphrase) {
    OpenSSHKeyEncryptionContext lock = new OpenSSHKeyEncryptionContext();
    lock.setPassword(passphrase);
    lock.setCipherName("AES");
    lock.setCipherType("256");
    return file(Optional.of(lock));
  }

  private String file(Optional<OpenSSHKeyEncryptionContext> lock) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "test", lock.orElse(null), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return text.toString(StandardCharsets.US_ASCII);
  }

  /** The public key, as it stands in {@code known_hosts} behind the host. */
  public String line() {
    return PublicKeyEntry.toString(pair.getPublic());
  }
}
