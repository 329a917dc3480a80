package tech.kyotu.groundwork.gitlab;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** TLS before a server of this machine that has none, under a key that vouches for itself. */
final class TlsFront implements AutoCloseable {

  private static final char[] PASSWORD = "of no secret".toCharArray();
  private static final String ALIAS = "front";

  private final Pipe pipe;
  private final Path authority;

  /**
   * Opens a port.
   *
   * @param port the server behind it
   * @param names what its certificate is for, as {@code dns:name} or {@code ip:address}
   * @param folder where key and certificate are written
   */
  TlsFront(int port, String names, Path folder) throws IOException, GeneralSecurityException {
    KeyStore keys = keys(names, folder.resolve("front.p12"));
    authority = Files.writeString(folder.resolve("authority.pem"), pem(keys));
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    pipe =
        new Pipe(
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            in -> Pipe.to(port));
  }

  int port() {
    return pipe.port();
  }

  /** The PEM file that makes the front believable. */
  Path authority() {
    return authority;
  }

  private static KeyStore keys(String names, Path file)
      throws IOException, GeneralSecurityException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-validity",
                "2",
                "-dname",
                "CN=front",
                "-ext",
                "san=" + names,
                "-alias",
                ALIAS,
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new IOException("no key was made: " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream stream = Files.newInputStream(file)) {
      keys.load(stream, PASSWORD);
    }
    return keys;
  }

  private static String pem(KeyStore keys) throws GeneralSecurityException {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(keys.getCertificate(ALIAS).getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  @Override
  public void close() {
    pipe.close();
  }
}
