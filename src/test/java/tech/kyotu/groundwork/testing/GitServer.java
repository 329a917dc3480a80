package tech.kyotu.groundwork.testing;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.http.server.GitServlet;
import org.eclipse.jgit.http.server.resolver.DefaultUploadPackFactory;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.pack.PackStatistics;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.UploadPack;
import org.eclipse.jgit.transport.resolver.ServiceNotAuthorizedException;
import org.eclipse.jgit.transport.resolver.ServiceNotEnabledException;

/**
 * Serves bare repositories of a folder over smart HTTP on loopback, with real receive-pack (JGit's
 * servlet), to one user. Each repository counts what it is asked and can be told to fail, see
 * {@link HostedRepository}.
 */
public final class GitServer implements AutoCloseable {
  private static final String USER = "groundwork";

  private final Path folder;
  private final String scheme;
  private final Server server;
  private final ServerConnector connector;
  private final Map<String, HostedRepository> repositories = new ConcurrentHashMap<>();
  private volatile String token = UUID.randomUUID().toString();

  private GitServer(Path folder, Optional<GitCertificate> certificate) {
    this.folder = folder.toAbsolutePath().normalize();
    this.scheme = certificate.isPresent() ? "https" : "http";
    this.server = new Server();
    this.connector =
        certificate
            .map(shown -> new ServerConnector(server, shown.sockets()))
            .orElseGet(() -> new ServerConnector(server));
  }

  /** Starts a server whose repositories are, or will be, in this folder as {@code <name>.git}. */
  public static GitServer start(Path folder) {
    return start(folder, Optional.empty());
  }

  /** The same, over TLS and with this certificate. */
  public static GitServer start(Path folder, GitCertificate certificate) {
    return start(folder, Optional.of(certificate));
  }

  private static GitServer start(Path folder, Optional<GitCertificate> certificate) {
    GitServer git = new GitServer(folder, certificate);
    git.listen();
    return git;
  }

  /** Where it listens, as {@code http://127.0.0.1:port}, or https. */
  public String url() {
    return scheme + "://127.0.0.1:" + connector.getLocalPort();
  }

  /** The user that is admitted. */
  public String username() {
    return USER;
  }

  /** The password that goes with the user. */
  public String token() {
    return token;
  }

  /** Admits only another password from now on, as after a rotation of credentials. */
  public void token(String changed) {
    token = changed;
  }

  /**
   * Makes a repository with a first commit of these files on {@code main}.
   *
   * @throws IllegalStateException if it exists
   */
  public HostedRepository create(String name, Map<String, String> files) {
    HostedRepository hosted = createEmpty(name);
    hosted.commit("First commit", files);
    return hosted;
  }

  /**
   * Makes a repository without any commit; much of what is asked of it fails before it has one.
   *
   * @throws IllegalStateException if it exists
   */
  public HostedRepository createEmpty(String name) {
    Path directory = folder.resolve(name + ".git");
    if (Files.exists(directory)) {
      throw new IllegalStateException("there is a repository " + name + " already");
    }
    try (Git made =
        Git.init().setBare(true).setDirectory(directory.toFile()).setInitialBranch("main").call()) {
      StoredConfig config = made.getRepository().getConfig();
      // As GitLab does: partial clones, and fetches of a commit by its id.
      // A collection in the middle of many pushes would hold locks and refuse some of them.
      config.setBoolean("receive", null, "autogc", false);
      config.setBoolean("uploadpack", null, "allowFilter", true);
      config.setBoolean("uploadpack", null, "allowReachableSHA1InWant", true);
      config.save();
      return repository(name);
    } catch (GitAPIException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A repository of the folder.
   *
   * @throws IllegalStateException if there is none of this name
   */
  public HostedRepository repository(String name) {
    return find(name).orElseThrow(() -> new IllegalStateException("no repository " + name));
  }

  /** Stops serving; the repositories stay on disk. */
  @Override
  public void close() {
    repositories.values().forEach(HostedRepository::close);
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the git server does not stop", e);
    }
  }

  private Optional<HostedRepository> find(String name) {
    Path directory = folder.resolve(name + ".git").normalize();
    if (!directory.startsWith(folder) || !Files.isDirectory(directory)) {
      return Optional.empty();
    }
    return Optional.of(repositories.computeIfAbsent(name, it -> open(it, directory)));
  }

  private HostedRepository open(String name, Path directory) {
    try {
      Repository git = Git.open(directory.toFile()).getRepository();
      return new HostedRepository(git, url() + "/" + name + ".git");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void listen() {
    GitServlet servlet = new GitServlet();
    servlet.setRepositoryResolver((request, name) -> served(name).open());
    servlet.setReceivePackFactory((request, git) -> receivePack(git));
    servlet.setUploadPackFactory(this::uploadPack);
    ServletContextHandler context = new ServletContextHandler("/");
    context.addServlet(new ServletHolder(servlet), "/*");
    server.setHandler(new GitFront(context, () -> USER + ":" + token, this::find));
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException("the git server does not start", e);
    }
  }

  private HostedRepository served(String name) throws RepositoryNotFoundException {
    String bare = name.endsWith(".git") ? name.substring(0, name.length() - 4) : name;
    return find(bare).orElseThrow(() -> new RepositoryNotFoundException(name));
  }

  private ReceivePack receivePack(Repository git) {
    HostedRepository hosted = hosted(git);
    return new JudgedReceivePack(git, hosted.faults(), hosted.counter());
  }

  private UploadPack uploadPack(HttpServletRequest request, Repository git)
      throws ServiceNotEnabledException, ServiceNotAuthorizedException {
    UploadPack pack = new DefaultUploadPackFactory().create(request, git);
    pack.setPostUploadHook((PackStatistics sent) -> hosted(git).counter().fetch());
    return pack;
  }

  private HostedRepository hosted(Repository git) {
    String directory = folder.relativize(git.getDirectory().toPath()).toString();
    return repository(directory.substring(0, directory.length() - ".git".length()));
  }
}
