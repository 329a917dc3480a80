package tech.kyotu.groundwork.gitops.jgit;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;

/** A program of Git's that runs on the server, at the other end of a channel. */
final class RemoteProgram extends Process {

  /** The packet by which JGit ends a conversation in which it has asked for nothing. */
  private static final int FAREWELL = "0000".length();

  /** So long we wait for the exit status, which may come after the last output. */
  private static final Duration FAREWELL_TIME = Duration.ofSeconds(5);

  private static final int UNKNOWN = -1;

  /** Bytes. */
  private static final int MOST_WORDS = 2000;

  private final ChannelExec channel;
  private final OutputStream input;
  private final InputStream output;
  private final InputStream errors;
  private final ByteArrayOutputStream complaints = new ByteArrayOutputStream();
  private long told;

  RemoteProgram(ChannelExec channel, Deadline deadline) {
    this.channel = channel;
    this.output = deadline.watched(channel.getInvertedOut());
    this.errors =
        new FilterInputStream(channel.getInvertedErr()) {
          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = in.read(buffer, offset, length);
            if (count > 0) {
              complaints.write(
                  buffer, offset, Math.min(count, Math.max(0, MOST_WORDS - complaints.size())));
            }
            return count;
          }
        };
    this.input =
        new FilterOutputStream(channel.getInvertedIn()) {
          @Override
          public void write(int octet) throws IOException {
            told++;
            out.write(octet);
          }

          @Override
          public void write(byte[] buffer, int offset, int length) throws IOException {
            told += length;
            out.write(buffer, offset, length);
          }
        };
  }

  /** Whether it may have got more than a farewell. */
  boolean hasBeenTold() {
    return told > FAREWELL;
  }

  /** Whether it has ended by itself, and not well; false if the connection was lost. */
  boolean hasFailed() {
    int status = exitValue();
    return status != UNKNOWN && status != 0;
  }

  @Override
  public OutputStream getOutputStream() {
    return input;
  }

  @Override
  public InputStream getInputStream() {
    return output;
  }

  @Override
  public InputStream getErrorStream() {
    return errors;
  }

  /** The beginning of what it has complained of, without the frame that gitlab-shell puts round. */
  String said() {
    return complaints
        .toString(StandardCharsets.UTF_8)
        .replaceAll("(?m)^(?:remote:)?[ =]*", "")
        .strip();
  }

  @Override
  public int waitFor() {
    return exitValue();
  }

  /** Its exit status, for which it waits a moment; -1 if nobody tells. */
  @Override
  public int exitValue() {
    Set<ClientChannelEvent> told =
        channel.waitFor(
            EnumSet.of(ClientChannelEvent.EXIT_STATUS, ClientChannelEvent.CLOSED), FAREWELL_TIME);
    Integer status = channel.getExitStatus();
    return told.contains(ClientChannelEvent.TIMEOUT) || status == null ? UNKNOWN : status;
  }

  @Override
  public void destroy() {
    channel.close(false);
  }
}
