package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Stands before Git's servlet: asks for credentials, lets requests suffer their faults, counts what
 * passes.
 */
final class GitFront extends Handler.Wrapper {
  /**
   * Before a large push Git's own program asks with four bytes whether it may; that is no push yet.
   */
  private static final long PROBE_BYTES = 4;

  private final Supplier<String> credentials;
  private final Function<String, Optional<HostedRepository>> repositories;

  GitFront(
      Handler git,
      Supplier<String> credentials,
      Function<String, Optional<HostedRepository>> repositories) {
    super(git);
    this.credentials = credentials;
    this.repositories = repositories;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (!isAdmitted(request)) {
      response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Basic realm=\"git\"");
      Response.writeError(request, response, callback, 401);
      return true;
    }
    String path = Request.getPathInContext(request);
    String query = Objects.requireNonNullElse(request.getHttpURI().getQuery(), "");
    Optional<GitCall> call = GitCall.of(path, query);
    Optional<HostedRepository> repository =
        call.flatMap(it -> repositories.apply(it.repositoryIn(path)));
    if (call.isEmpty() || repository.isEmpty()) {
      Response.writeError(request, response, callback, 404);
      return true;
    }
    Optional<GitFault> fault =
        request.getLength() == PROBE_BYTES
            ? Optional.empty()
            : repository.get().faults().take(call.get());
    return serve(call.get(), repository.get().counter(), fault, request, response, callback);
  }

  private boolean serve(
      GitCall call,
      TrafficCounter counter,
      Optional<GitFault> fault,
      Request request,
      Response response,
      Callback callback)
      throws Exception {
    if (call == GitCall.LIST_FOR_FETCH || call == GitCall.LIST_FOR_PUSH) {
      counter.listing();
    }
    boolean answerLost = fault.equals(Optional.of(GitFault.Lost.AFTER_IT_COUNTS));
    boolean answerTorn = fault.equals(Optional.of(GitFault.Lost.IN_THE_ANSWER));
    request.addHttpStreamWrapper(
        stream ->
            answerTorn
                ? new TornStream(stream, () -> cut(request))
                : new CountedStream(
                    stream,
                    counter,
                    answerLost ? Optional.of(() -> cut(request)) : Optional.empty()));
    if (fault.isPresent() && fault.get() instanceof GitFault.Status status) {
      Response.writeError(request, response, callback, status.code());
      return true;
    }
    if (fault.equals(Optional.of(GitFault.Lost.BEFORE_IT_COUNTS))) {
      cut(request);
      callback.failed(new IOException("connection lost on purpose"));
      return true;
    }
    if (fault.isPresent() && fault.get() instanceof GitFault.Hang hang) {
      hang.holdUp();
    }
    return super.handle(request, response, callback);
  }

  private boolean isAdmitted(Request request) {
    String expected =
        "Basic " + Base64.getEncoder().encodeToString(credentials.get().getBytes(UTF_8));
    return expected.equals(request.getHeaders().get(HttpHeader.AUTHORIZATION));
  }

  private static void cut(Request request) {
    request.getConnectionMetaData().getConnection().getEndPoint().close();
  }

  /** Half of the first piece of the answer leaves, then the connection breaks. */
  private static final class TornStream extends HttpStream.Wrapper {
    private final Runnable cut;

    TornStream(HttpStream stream, Runnable cut) {
      super(stream);
      this.cut = cut;
    }

    @Override
    public void send(
        MetaData.Request request,
        MetaData.Response response,
        boolean last,
        ByteBuffer content,
        Callback callback) {
      if (content == null || !content.hasRemaining()) {
        super.send(request, response, last, content, callback);
        return;
      }
      ByteBuffer half = content.slice(content.position(), content.remaining() / 2);
      super.send(
          request,
          response,
          false,
          half,
          Callback.from(
              () -> {
                cut.run();
                callback.failed(new IOException("connection lost on purpose"));
              },
              callback::failed));
    }
  }

  /** Counts bytes before they leave, so that whoever has an answer finds it counted. */
  private static final class CountedStream extends HttpStream.Wrapper {
    private final TrafficCounter counter;
    private final Optional<Runnable> insteadOfAnswer;

    CountedStream(HttpStream stream, TrafficCounter counter, Optional<Runnable> insteadOfAnswer) {
      super(stream);
      this.counter = counter;
      this.insteadOfAnswer = insteadOfAnswer;
    }

    @Override
    public Content.Chunk read() {
      Content.Chunk chunk = super.read();
      if (chunk != null) {
        counter.in(chunk.remaining());
      }
      return chunk;
    }

    @Override
    public void send(
        MetaData.Request request,
        MetaData.Response response,
        boolean last,
        ByteBuffer content,
        Callback callback) {
      if (insteadOfAnswer.isPresent() && !last) {
        // Only word of progress, before all is done: it does not leave either.
        callback.succeeded();
        return;
      }
      if (insteadOfAnswer.isPresent()) {
        insteadOfAnswer.get().run();
        callback.failed(new IOException("connection lost on purpose"));
        return;
      }
      if (content != null) {
        counter.out(content.remaining());
      }
      super.send(request, response, last, content, callback);
    }
  }
}
