package tech.kyotu.groundwork.gitlab.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A port of the loopback interface that hands requests to a {@link Wire}. */
final class HttpPort implements AutoCloseable {
  private final Server server;
  private final ServerConnector connector;

  /** Port 0 takes a free one. The threads bound how many requests may wait in faults at a time. */
  HttpPort(String name, int port, int threads) {
    QueuedThreadPool pool = new QueuedThreadPool(threads, 2);
    pool.setName(name);
    pool.setDaemon(true);
    // A request that still waits in a fault must not hold up the end of a test.
    pool.setStopTimeout(0);
    server = new Server(pool);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendDateHeader(false);
    http.setSendServerVersion(false);
    // Paths are read raw; an encoded slash inside a segment is the rule here, not an attack.
    http.setUriCompliance(UriCompliance.UNSAFE);
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
  }

  /** Binds the port; it is known from here on, but nothing is answered before {@link #start}. */
  int open() {
    try {
      connector.open();
    } catch (IOException taken) {
      throw new UncheckedIOException(taken);
    }
    return connector.getLocalPort();
  }

  void start(Wire wire) {
    server.setHandler(wire);
    try {
      server.start();
    } catch (Exception failed) {
      throw new IllegalStateException("the simulator's port did not start", failed);
    }
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception failed) {
      throw new IllegalStateException("the simulator's port did not stop", failed);
    }
  }
}
