package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.internal.JGitText;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.RemoteSession;
import org.eclipse.jgit.transport.RemoteSession2;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.Sanitizer;
import tech.kyotu.groundwork.step.StepException;

/**
 * The SSH connection of one conversation. Its client is made here and not by JGit: so it can be cut
 * before it has logged in, and knows nothing but the two files: no folder of a user, no agent, no
 * question, no password.
 */
final class SshWire extends SshSessionFactory implements Wire {

  private static final String REMEDY =
      "a private key whose public key has the right to read and push";

  /** The words of Git, GitLab, GitHub and Gitea. */
  private static final Pattern ABSENT =
      Pattern.compile(
          "(?i)not found|could not be found|does not appear to be|does not exist|no such (?!host)");

  /** Those of GitLab, GitHub, Gitea and Gitolite. */
  private static final Pattern DENIED =
      Pattern.compile(
          "(?i)not allowed|denied|permission|write access|unauthorized|marked as read only");

  private final SshEndpoint endpoint;
  private final Deadline deadline;
  private volatile @Nullable RejectedException refusal;
  private boolean isLoginRefused;
  private @Nullable RemoteProgram newest;
  private @Nullable RemoteProgram pushed;

  SshWire(SshEndpoint endpoint, Deadline deadline) {
    this.endpoint = endpoint;
    this.deadline = deadline;
  }

  @Override
  public void carry(Transport transport) {
    ((SshTransport) transport).setSshSessionFactory(this);
  }

  @Override
  public String getType() {
    return "groundwork";
  }

  @Override
  public RemoteSession getSession(
      URIish uri, @Nullable CredentialsProvider ambient, FS files, int milliseconds)
      throws TransportException {
    Duration longest = Duration.ofMillis(milliseconds);
    try {
      SshClient client = client();
      try {
        deadline.watch(() -> client.close(true));
        client.start();
        return new Login(client, login(client, longest));
      } catch (IOException | RuntimeException e) {
        client.stop();
        throw e;
      }
    } catch (RejectedException e) {
      refusal = e;
      throw new TransportException(uri, "not tried", e);
    } catch (IOException | RuntimeException e) {
      throw new TransportException(uri, "no session", e);
    }
  }

  private SshClient client() throws RejectedException {
    KnownHosts known = endpoint.knownHosts();
    SshClient client =
        ClientBuilder.builder()
            .hostConfigEntryResolver(HostConfigEntryResolver.EMPTY)
            .signatureFactories(known.signatures())
            .serverKeyVerifier((session, address, key) -> isKnown(key, known))
            .channelFactories(List.of())
            .build();
    client.setNioWorkers(2);
    client.setKeyIdentityProvider(KeyIdentityProvider.wrapKeyPairs(endpoint.key()));
    client.setUserAuthFactories(List.of(new UserAuthPublicKeyFactory()));
    return client;
  }

  private ClientSession login(SshClient client, Duration longest) throws IOException {
    ClientSession session =
        client
            .connect(endpoint.user(), endpoint.host(), endpoint.port())
            .verify(longest)
            .getSession();
    try {
      session.auth().verify(longest);
    } catch (SshException e) {
      isLoginRefused =
          e.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE;
      throw e;
    }
    return session;
  }

  private boolean isKnown(PublicKey shown, KnownHosts known) {
    if (known.allow(shown)) {
      return true;
    }
    String title = endpoint.repository().title();
    String fingerprint = KeyUtils.getFingerPrint(shown);
    String setting = "groundwork.git." + endpoint.repository().word() + ".known-hosts-file";
    String sentence;
    if (known.isRevoked(shown)) {
      sentence =
          "The server of the %s shows a revoked host key (%s): so the file of %s says. Ask who runs"
              + " it for its new key.";
    } else if (known.keys().isEmpty()) {
      sentence =
          "The server of the %s shows an unknown host key (%s). If that is its own, put it into the"
              + " file of %s.";
    } else {
      sentence =
          "The server of the %s shows another host key (%s) than the file of %s names: host key"
              + " mismatch. Ask who runs it; if its key was renewed, renew it there.";
    }
    refusal =
        new RejectedException(
            Reason.ACCESS_DENIED, sentence.formatted(title, fingerprint, setting));
    return false;
  }

  @Override
  public boolean isAnswered() {
    return newest != null;
  }

  @Override
  public boolean mayHavePushed() {
    return pushed != null && pushed.hasBeenTold();
  }

  @Override
  public boolean isTooLarge() {
    return false;
  }

  @Override
  public StepException meaning(Exception cause) {
    ServerTrouble trouble = new ServerTrouble(endpoint.repository(), cause, deadline);
    RejectedException refused = refusal;
    if (refused != null) {
      return refused;
    }
    if (isLoginRefused) {
      return trouble.loginRefused("public key", REMEDY);
    }
    RemoteProgram failed = refusing(cause);
    return failed != null && failed.hasFailed()
        ? meaning(failed.said(), trouble)
        : trouble.silence();
  }

  /** The program that has ended before it told of any ref; null if none has. */
  private @Nullable RemoteProgram refusing(Exception cause) {
    if (cause instanceof NoRemoteRepositoryException) {
      return newest;
    }
    return String.valueOf(cause.getMessage()).endsWith(": " + JGitText.get().pushNotPermitted)
        ? pushed
        : null;
  }

  /** JGit takes each such end for an absent repository, but only words tell it from an outage. */
  private static StepException meaning(String said, ServerTrouble trouble) {
    if (ABSENT.matcher(said).find()) {
      return trouble.absent(Sanitizer.foreign(said));
    }
    if (DENIED.matcher(said).find()) {
      return trouble.loginRefused(Sanitizer.foreign(said), REMEDY);
    }
    return trouble.silence(said.isEmpty() ? "its program ended without a word" : said);
  }

  /** A client that has got in. */
  private final class Login implements RemoteSession2 {

    private final SshClient client;
    private final ClientSession session;

    Login(SshClient client, ClientSession session) {
      this.client = client;
      this.session = session;
    }

    @Override
    public Process exec(String command, int seconds) throws IOException {
      return exec(command, Map.of(), seconds);
    }

    @Override
    public Process exec(String command, Map<String, String> environment, int seconds)
        throws IOException {
      ChannelExec channel = session.createExecChannel(command, null, environment);
      channel.open().verify(Duration.ofSeconds(seconds));
      RemoteProgram program = new RemoteProgram(channel, deadline);
      newest = program;
      if (command.startsWith("git-receive-pack")) {
        pushed = program;
      }
      return program;
    }

    @Override
    public void disconnect() {
      client.stop();
    }
  }
}
