package tech.kyotu.groundwork.gitlab;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import tech.kyotu.groundwork.config.Authorities;

/** Which servers we believe: the system's authorities and those of one file. */
final class ServerTrust {

  private ServerTrust() {}

  /**
   * The TLS context of a connection.
   *
   * @param caFile PEM file with further authorities
   * @throws IllegalArgumentException if the file cannot be used: a fault in the settings
   */
  static Optional<SSLContext> of(Optional<Path> caFile) {
    return caFile.map(ServerTrust::context);
  }

  /**
   * Refuses an address that would send a secret in the clear. Without TLS only this machine is
   * reached.
   *
   * @throws IllegalArgumentException a fault in the settings
   */
  static URI requireTls(URI address, String setting) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    if (address.getHost() == null
        || !(scheme.equals("https") || (scheme.equals("http") && isLoopback(address.getHost())))) {
      throw new IllegalArgumentException(setting + " must be an address that starts with https://");
    }
    return address;
  }

  /**
   * Whether this host is the machine itself, by its name or literal address; no name is resolved.
   */
  static boolean isLoopback(String host) {
    if (host.equals("localhost")) {
      return true;
    }
    if (!host.matches("[0-9.]+|\\[?[0-9a-fA-F:]+]?")) {
      return false;
    }
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException notAnAddress) {
      return false;
    }
  }

  /** Whether a connection failed because we do not believe that the server is who it should be. */
  static boolean isDistrust(Throwable lost) {
    for (Throwable cause = lost; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException) {
        return true;
      }
    }
    return false;
  }

  private static SSLContext context(Path caFile) {
    try (InputStream pem = Files.newInputStream(caFile)) {
      return Authorities.beside(CertificateFactory.getInstance("X.509").generateCertificates(pem));
    } catch (IOException | GeneralSecurityException unusable) {
      throw new IllegalArgumentException(
          "the file of authorities " + caFile + " cannot be used", unusable);
    }
  }
}
