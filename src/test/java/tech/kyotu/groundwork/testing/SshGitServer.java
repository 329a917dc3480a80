package tech.kyotu.groundwork.testing;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.command.AbstractCommandSupport;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.UploadPack;

/**
 * Serves the repositories of a {@link GitServer} over SSH too, as a real server does: the user
 * {@code git}, public keys alone, Git's two programs and no other.
 */
public final class SshGitServer implements AutoCloseable {

  private static final Pattern COMMAND =
      Pattern.compile("(git-upload-pack|git-receive-pack) '/?([^']+?)(?:[.]git)?'");

  private final GitServer repositories;
  private final SshServer server;
  private final Map<String, String> refused = new ConcurrentHashMap<>();
  private volatile SshKey admitted;

  private SshGitServer(GitServer repositories, SshKey admitted, SshKey... hostKeys) {
    this.repositories = repositories;
    this.admitted = admitted;
    this.server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    hostKeys(hostKeys);
    server.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
    server.setPublickeyAuthenticator(
        (user, key, session) ->
            user.equals("git") && KeyUtils.compareKeys(key, this.admitted.pair().getPublic()));
    server.setCommandFactory((channel, command) -> new GitProgram(command));
  }

  /**
   * Starts on a free port.
   *
   * @param admitted whose key is let in
   * @param hostKeys what it shows to tell who it is
   */
  public static SshGitServer before(GitServer repositories, SshKey admitted, SshKey... hostKeys) {
    SshGitServer it = new SshGitServer(repositories, admitted, hostKeys);
    try {
      it.server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return it;
  }

  /** Where a repository is. */
  public String url(String name) {
    return "ssh://git@127.0.0.1:" + port() + "/" + name + ".git";
  }

  /** Where it listens. */
  public int port() {
    return server.getPort();
  }

  /** A line of {@code known_hosts} about this server. */
  public String knownAs(SshKey key) {
    return "[127.0.0.1]:" + port() + " " + key.line() + "\n";
  }

  /** Lets only another key in from now on. */
  public void admit(SshKey key) {
    admitted = key;
  }

  /** Shows other keys from now on, as after a new installation. */
  public void hostKeys(SshKey... keys) {
    server.setKeyPairProvider(KeyPairProvider.wrap(Arrays.stream(keys).map(SshKey::pair).toList()));
  }

  /**
   * Lets a program fail from now on.
   *
   * @param program {@code git-upload-pack} or {@code git-receive-pack}
   * @param words what it says then
   */
  public void refuse(String program, String words) {
    refused.put(program, words);
  }

  /** Connections that are open. */
  public int open() {
    return server.getActiveSessions().size();
  }

  @Override
  public void close() {
    try {
      server.stop(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class GitProgram extends AbstractCommandSupport {

    GitProgram(String command) {
      super(command, null);
    }

    @Override
    public void run() {
      try {
        onExit(serve());
      } catch (IOException | RuntimeException e) {
        onExit(128, e.toString());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private int serve() throws IOException, InterruptedException {
      Matcher words = COMMAND.matcher(getCommand());
      if (!words.matches()) {
        return refuse("no such program", 127);
      }
      HostedRepository hosted;
      try {
        hosted = repositories.repository(words.group(2));
      } catch (IllegalStateException absent) {
        return refuse("ERROR: The project you were looking for could not be found.", 1);
      }
      String refusal = refused.get(words.group(1));
      if (refusal != null) {
        return refuse(refusal, 1);
      }
      boolean isFetch = words.group(1).equals("git-upload-pack");
      hosted.counter().listing();
      if (hosted
              .faults()
              .take(isFetch ? GitCall.LIST_FOR_FETCH : GitCall.LIST_FOR_PUSH)
              .orElse(null)
          instanceof GitFault.Hang hang) {
        hang.holdUp();
      }
      try (Repository git = hosted.open()) {
        if (isFetch) {
          send(git, hosted);
        } else {
          receive(git, hosted);
        }
      }
      return 0;
    }

    private int refuse(String why, int status) throws IOException {
      getErrorStream().write((why + "\n").getBytes(StandardCharsets.UTF_8));
      getErrorStream().flush();
      return status;
    }

    private void send(Repository git, HostedRepository hosted) throws IOException {
      UploadPack pack = new UploadPack(git);
      String protocol = getEnvironment().getEnv().get("GIT_PROTOCOL");
      pack.setExtraParameters(Optional.ofNullable(protocol).stream().toList());
      pack.setPostUploadHook(sent -> hosted.counter().fetch());
      pack.upload(getInputStream(), getOutputStream(), getErrorStream());
    }

    private void receive(Repository git, HostedRepository hosted) throws IOException {
      Optional<GitFault> fault = hosted.faults().take(GitCall.PUSH);
      OutputStream out = getOutputStream();
      if (fault.isPresent() && fault.get() instanceof GitFault.Lost lost) {
        out = new Torn(out, hosted, lost == GitFault.Lost.IN_THE_ANSWER ? 2 : Integer.MAX_VALUE);
      }
      ReceivePack pack = new JudgedReceivePack(git, hosted.faults(), hosted.counter());
      pack.receive(getInputStream(), out, getErrorStream());
    }

    /** Breaks the connection when a push has counted, before the answer, or half of it, leaves. */
    private final class Torn extends FilterOutputStream {
      private final HostedRepository hosted;
      private final int parts;
      private final int before;

      /**
       * @param parts the answer is cut into so many, of which the first leaves
       */
      Torn(OutputStream out, HostedRepository hosted, int parts) {
        super(out);
        this.hosted = hosted;
        this.parts = parts;
        this.before = hosted.pushes().size();
      }

      @Override
      public void write(byte[] buffer, int offset, int length) throws IOException {
        if (hosted.pushes().size() > before) {
          out.write(buffer, offset, length / parts);
          out.flush();
          getServerSession().close(true);
          throw new IOException("connection lost on purpose");
        }
        out.write(buffer, offset, length);
      }
    }
  }
}
