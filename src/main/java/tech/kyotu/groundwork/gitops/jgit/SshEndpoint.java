package tech.kyotu.groundwork.gitops.jgit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.security.auth.login.LoginException;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.util.security.SecurityUtils;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.gitops.PathFence;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * A server that is reached over SSH, by a private key; it shows a host key of the known ones. Only
 * here, and in what this class hands out, are the classes of the SSH library loaded.
 *
 * @param address with the user's name
 */
record SshEndpoint(PathFence repository, URI address, Path keyFile, KnownHostsFile trusted)
    implements GitEndpoint {

  private static final int USUAL_PORT = 22;
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

  /** See {@link GitEndpoint#of}; the address has a host, no password and no query. */
  static SshEndpoint of(PathFence fence, GroundworkConfig.Repository repository) {
    URI url = repository.url();
    String user = Optional.ofNullable(url.getUserInfo()).orElse("git");
    String path = url.getRawPath();
    // A word that begins so could be taken for an option by a program on the server.
    if (!USER.matcher(user).matches() || path.length() < 2 || path.startsWith("/-")) {
      throw new IllegalArgumentException(
          "The address of the %s must be ssh://user@host/path.".formatted(fence.title()));
    }
    Path knownHosts =
        repository
            .knownHostsFile()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "groundwork.git.%s.known-hosts-file is needed for an address with ssh://."
                            .formatted(fence.word())));
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    URI address = URI.create("ssh://" + user + "@" + url.getHost() + port + path);
    return new SshEndpoint(
        fence, address, repository.credentialFile(), new KnownHostsFile(knownHosts));
  }

  String user() {
    return address.getUserInfo();
  }

  /** Without the brackets of an IPv6 address. */
  String host() {
    return address.getHost().replaceAll("^\\[|]$", "");
  }

  int port() {
    return address.getPort() < 0 ? USUAL_PORT : address.getPort();
  }

  @Override
  public String credentialVersion() {
    try {
      return FileVersion.of(keyFile) + " " + trusted.version();
    } catch (IOException absent) {
      return "";
    }
  }

  @Override
  public void checkFiles() throws RejectedException {
    var unused = key();
    var unusedToo = knownHosts();
  }

  @Override
  public Wire wire(Deadline deadline) {
    return new SshWire(this, deadline);
  }

  /** The private key as it is in the file now. */
  KeyPair key() throws RejectedException {
    try {
      String text = Files.readString(keyFile).strip();
      if (text.isEmpty()) {
        throw unusableKey("it is empty");
      }
      Iterable<KeyPair> keys =
          SecurityUtils.loadKeyPairIdentities(
              null,
              NamedResource.ofName("key"),
              new ByteArrayInputStream((text + "\n").getBytes(StandardCharsets.US_ASCII)),
              null);
      if (keys == null) {
        throw unusableKey("it has another form");
      }
      return keys.iterator().next();
    } catch (LoginException asksForAPassphrase) {
      throw unusableKey("the key is protected by a passphrase, which nobody can enter here");
    } catch (IOException unreadable) {
      throw unusableKey(Files.isReadable(keyFile) ? "it has another form" : "not readable");
    } catch (GeneralSecurityException | RuntimeException notAKey) {
      throw unusableKey("it has another form");
    }
  }

  /** Tells nothing of the content. */
  private RejectedException unusableKey(String why) {
    return new RejectedException(
        Reason.ACCESS_DENIED,
        "The credential file of the %s cannot be used: %s. It holds a private key as ssh-keygen makes it, without a passphrase."
            .formatted(repository.title(), why));
  }

  /** The host keys that are known of this server now. */
  KnownHosts knownHosts() throws RejectedException {
    try {
      return trusted.read(host(), port());
    } catch (IOException e) {
      throw new RejectedException(
          Reason.PREREQUISITE_MISSING,
          "The file of groundwork.git.%s.known-hosts-file cannot be read. It holds lines as ssh-keyscan prints them."
              .formatted(repository.word()));
    }
  }
}
