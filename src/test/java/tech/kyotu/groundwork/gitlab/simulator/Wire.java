package tech.kyotu.groundwork.gitlab.simulator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Between HTTP and our records: reads requests, writes answers, and plays faults of the line. It is
 * Jetty's handler and not one of the JDK's server, because that one (Java 17 to 25) always writes
 * its own {@code Date} header, and a header that is wrong by minutes is what tests need.
 */
final class Wire extends Handler.Abstract {
  /** Answers a request; may wait. */
  interface Service {
    Desk.Delivery serve(Incoming in) throws InterruptedException;
  }

  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final Service service;
  private final Supplier<Instant> date;

  /** The {@code Date} header of all answers comes from the given clock. */
  Wire(Service service, Supplier<Instant> date) {
    this.service = service;
    this.date = date;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Desk.Delivery delivery = service.serve(read(request));
    FaultEffect effect = delivery.effect().orElse(null);
    if (effect instanceof FaultEffect.Close) {
      request.getConnectionMetaData().getConnection().getEndPoint().close();
      callback.failed(new IOException("closed by an armed fault"));
      return true;
    }
    Optional<Duration> wait =
        effect instanceof FaultEffect.SlowBody slow ? Optional.of(slow.time()) : Optional.empty();
    write(response, delivery.answer(), wait);
    callback.succeeded();
    return true;
  }

  private static Incoming read(Request request) throws IOException {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (HttpField field : request.getHeaders()) {
      headers.putIfAbsent(field.getName(), field.getValue());
    }
    return new Incoming(
        request.getMethod(),
        request.getHttpURI().getPath(),
        Optional.ofNullable(request.getHttpURI().getQuery()).orElse(""),
        headers,
        Content.Source.asString(request, StandardCharsets.UTF_8));
  }

  private void write(Response response, Answer answer, Optional<Duration> wait)
      throws IOException, InterruptedException {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    response.setStatus(answer.status());
    response.getHeaders().put("Date", HTTP_DATE.format(date.get()));
    response.getHeaders().put("X-Request-Id", UUID.randomUUID().toString());
    if (!answer.contentType().isEmpty()) {
      response.getHeaders().put("Content-Type", answer.contentType());
      response.getHeaders().put("Content-Length", body.length);
    }
    answer.headers().forEach(response.getHeaders()::put);
    int sentAtOnce = wait.isPresent() ? body.length / 2 : 0;
    if (wait.isPresent()) {
      Content.Sink.write(response, false, ByteBuffer.wrap(Arrays.copyOf(body, sentAtOnce)));
      TimeUnit.NANOSECONDS.sleep(wait.get().toNanos());
    }
    Content.Sink.write(
        response, true, ByteBuffer.wrap(Arrays.copyOfRange(body, sentAtOnce, body.length)));
  }
}
