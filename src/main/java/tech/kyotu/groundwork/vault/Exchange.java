package tech.kyotu.groundwork.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * One call, watched: the driver sends through it, and the answer is read from here. The driver
 * tells no header, reads a body of any length in the platform's character set, and its time-out
 * ends when the body begins (vault-java-driver 6.2.1, Java 17).
 */
final class Exchange extends HttpClient {

  private final HttpClient wire;
  private final Duration deadline;
  private final int mostBytes;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private Optional<Answer> answer = Optional.empty();
  private boolean sent;

  /**
   * One call.
   *
   * @param wire sends
   * @param deadline for the whole answer
   * @param mostBytes of the body; a longer answer is none
   */
  Exchange(HttpClient wire, Duration deadline, int mostBytes) {
    this.wire = wire;
    this.deadline = deadline;
    this.mostBytes = mostBytes;
  }

  /** What came back; empty if nothing did, or not all. */
  Optional<Answer> answer() {
    return answer;
  }

  /** Whether anything was sent at all. */
  boolean isSent() {
    return sent;
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    sent = true;
    CompletableFuture<HttpResponse<T>> answering =
        wire.sendAsync(asAscii(request), info -> new Watched<>(handler.apply(info)));
    try {
      HttpResponse<T> response = answering.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      answer =
          Optional.of(Answer.of(response.statusCode(), response.headers(), body.toString(UTF_8)));
      return response;
    } catch (TimeoutException e) {
      answering.cancel(true);
      throw new HttpTimeoutException("no whole answer in time");
    } catch (InterruptedException e) {
      answering.cancel(true);
      // The driver turns this into an exception of its own and forgets the flag.
      Thread.currentThread().interrupt();
      throw e;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  /** The driver decodes and quotes a path again and leaves letters beyond ASCII as they are. */
  private static HttpRequest asAscii(HttpRequest request) {
    return HttpRequest.newBuilder(request, (name, value) -> true)
        .uri(URI.create(request.uri().toASCIIString()))
        .build();
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    throw new UnsupportedOperationException("the driver waits for each answer");
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
    throw new UnsupportedOperationException("the driver waits for each answer");
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return wire.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return wire.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return wire.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return wire.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return wire.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return wire.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return wire.authenticator();
  }

  @Override
  public Version version() {
    return wire.version();
  }

  @Override
  public Optional<Executor> executor() {
    return wire.executor();
  }

  /** Keeps a copy of the bytes and ends an answer that is too long. */
  private final class Watched<T> implements BodySubscriber<T> {

    private final BodySubscriber<T> reader;
    private Optional<Subscription> source = Optional.empty();

    Watched(BodySubscriber<T> reader) {
      this.reader = reader;
    }

    @Override
    public CompletionStage<T> getBody() {
      return reader.getBody();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      source = Optional.of(subscription);
      reader.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
      for (ByteBuffer piece : pieces) {
        byte[] bytes = new byte[piece.remaining()];
        piece.duplicate().get(bytes);
        body.write(bytes, 0, bytes.length);
      }
      if (body.size() > mostBytes) {
        source.ifPresent(Subscription::cancel);
        reader.onError(new IOException("the answer is longer than " + mostBytes + " bytes"));
        return;
      }
      reader.onNext(pieces);
    }

    @Override
    public void onError(Throwable trouble) {
      reader.onError(trouble);
    }

    @Override
    public void onComplete() {
      reader.onComplete();
    }
  }
}
