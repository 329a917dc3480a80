package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.step.CleanTrace;
import tech.kyotu.groundwork.step.StepException;

/** Talks with the server of one repository, one conversation at a time, each with a deadline. */
final class Conversations {

  private static final int SOCKET_SECONDS = 15;
  private static final Logger LOG = Logger.getLogger(Conversations.class);

  private final GitEndpoint endpoint;
  private final LocalClone clone;
  private final ScheduledThreadPoolExecutor timer;
  private volatile boolean isClosed;
  private volatile @Nullable Deadline current;

  /** What is said in a conversation. */
  @FunctionalInterface
  interface Talk<T> {
    T with(Transport transport, Wire wire) throws IOException, StepException;
  }

  Conversations(GitEndpoint endpoint, LocalClone clone) {
    this.endpoint = endpoint;
    this.clone = clone;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "git-deadlines");
              thread.setDaemon(true);
              return thread;
            });
    // An alarm that is not needed any more would keep its conversation until its time.
    timer.setRemoveOnCancelPolicy(true);
  }

  /**
   * Holds a conversation.
   *
   * @throws StepException what its failure means
   */
  <T> T hold(Duration longest, Talk<T> talk) throws StepException {
    endpoint.checkFiles();
    FileRepository repository = clone.opened();
    try (Deadline deadline = new Deadline(longest, timer)) {
      current = deadline;
      Wire wire = endpoint.wire(deadline);
      if (isClosed) {
        deadline.cut();
      }
      try (Transport transport = transport(repository, wire)) {
        return talk.with(transport, wire);
      } catch (IOException e) {
        throw translated(e, wire);
      } catch (RuntimeException e) {
        // A connection that is cut ends in exceptions of any kind, and so may a damaged clone.
        if (deadline.isOver() || clone.isCauseOf(e)) {
          throw translated(e, wire);
        }
        throw e;
      } finally {
        current = null;
      }
    }
  }

  private Transport transport(FileRepository repository, Wire wire) throws IOException {
    try {
      Transport transport = Transport.open(repository, new URIish(endpoint.address().toString()));
      wire.carry(transport);
      transport.setTimeout(SOCKET_SECONDS);
      transport.setTagOpt(TagOpt.NO_TAGS);
      transport.setPushThin(true);
      transport.setCredentialsProvider(null);
      return transport;
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private StepException translated(Exception cause, Wire wire) {
    if (clone.isCauseOf(cause)) {
      return clone.damaged(cause);
    }
    LOG.debugf(CleanTrace.of(cause), "the %s did not answer well", endpoint.repository().title());
    return wire.meaning(cause);
  }

  /** Also ends a conversation that another thread is in. */
  void close() {
    isClosed = true;
    Deadline running = current;
    if (running != null) {
      running.cut();
    }
    timer.shutdownNow();
  }
}
