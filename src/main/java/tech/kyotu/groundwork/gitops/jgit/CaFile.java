package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.config.Authorities;

/**
 * The authorities of the system and those of a PEM file. There is no way to trust everybody. The
 * file is read again when it changes; parsing it for each connection would cost.
 */
final class CaFile {

  private record Trust(String version, SSLSocketFactory factory) {}

  private final Path file;
  private volatile @Nullable Trust trust;

  CaFile(Path file) {
    this.file = file;
  }

  /** Changes whenever the file does. */
  String version() throws IOException {
    return FileVersion.of(file);
  }

  /**
   * Makes connections that trust these authorities.
   *
   * @throws IOException if the file cannot be read or holds no certificate; one clause says why
   */
  SSLSocketFactory sockets() throws IOException {
    String version = version();
    Trust known = trust;
    if (known == null || !known.version().equals(version)) {
      known = new Trust(version, trusting(certificates()));
      trust = known;
    }
    return known.factory();
  }

  private Collection<? extends Certificate> certificates() throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(content);
      if (certificates.isEmpty()) {
        throw new IOException("it holds no certificate");
      }
      return certificates;
    } catch (GeneralSecurityException e) {
      throw new IOException("it holds something that is no certificate", e);
    }
  }

  private static SSLSocketFactory trusting(Collection<? extends Certificate> extra)
      throws IOException {
    try {
      return Authorities.beside(extra).getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IOException("it cannot be used beside the authorities of the system", e);
    }
  }
}
