package tech.kyotu.groundwork.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * A certificate for loopback that nobody vouches for but itself, as a private authority's is to
 * those who do not know it. Made by the {@code keytool} of the running Java: the platform has no
 * public way to write certificates.
 */
public final class GitCertificate {
  /** Guards nothing: the key lives as long as a test. */
  private static final String PASSWORD = "changeit";

  private static final String ALIAS = "git";

  private final Path store;
  private final Path pem;

  private GitCertificate(Path folder) {
    this.store = folder.resolve("git.p12");
    this.pem = folder.resolve("git-ca.pem");
  }

  /** Makes a key and its certificate in this folder; takes about a second. */
  public static GitCertificate generate(Path folder) {
    GitCertificate made = new GitCertificate(folder);
    made.keytool(
        "-genkeypair", "-keyalg", "EC", "-dname", "CN=loopback", "-ext", "san=ip:127.0.0.1");
    made.keytool("-exportcert", "-rfc", "-file", made.pem.toString());
    return made;
  }

  /** The certificate as PEM file, for those who shall trust it. */
  public Path pem() {
    return pem;
  }

  SslContextFactory.Server sockets() {
    SslContextFactory.Server sockets = new SslContextFactory.Server();
    sockets.setKeyStorePath(store.toString());
    sockets.setKeyStorePassword(PASSWORD);
    // Clients come by address; the check of names is for servers of many names.
    sockets.setSniRequired(false);
    return sockets;
  }

  /** As a server shows it that is not Jetty. */
  SSLContext context() {
    SslContextFactory.Server sockets = sockets();
    try {
      sockets.start();
    } catch (Exception e) {
      throw new IllegalStateException("the certificate just made cannot be read", e);
    }
    return sockets.getSslContext();
  }

  private void keytool(String verb, String... more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(verb, "-alias", ALIAS, "-keystore", store.toString()));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    command.addAll(List.of(more));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IllegalStateException("keytool failed: " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
