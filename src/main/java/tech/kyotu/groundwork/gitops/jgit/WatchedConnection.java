package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.net.URL;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.eclipse.jgit.transport.http.HttpConnection;

/** One HTTP request, on a connection that others can cut. */
record WatchedConnection(HttpURLConnection wrapped, HttpWire wire) implements HttpConnection {

  @Override
  public int getResponseCode() throws IOException {
    wire.answered(wrapped);
    return wire.code;
  }

  @Override
  public URL getURL() {
    return wrapped.getURL();
  }

  @Override
  public String getResponseMessage() throws IOException {
    return wrapped.getResponseMessage();
  }

  @Override
  public Map<String, List<String>> getHeaderFields() {
    return wrapped.getHeaderFields();
  }

  @Override
  public void setRequestProperty(String key, String value) {
    wrapped.setRequestProperty(key, value);
  }

  @Override
  public void setRequestMethod(String method) throws ProtocolException {
    wrapped.setRequestMethod(method);
  }

  @Override
  public void setUseCaches(boolean useCaches) {
    wrapped.setUseCaches(useCaches);
  }

  @Override
  public void setConnectTimeout(int timeout) {
    wrapped.setConnectTimeout(timeout);
  }

  @Override
  public void setReadTimeout(int timeout) {
    wrapped.setReadTimeout(timeout);
  }

  @Override
  public String getContentType() {
    return wrapped.getContentType();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return wire.deadline.watched(wrapped.getInputStream());
  }

  @Override
  public String getHeaderField(String name) {
    return wrapped.getHeaderField(name);
  }

  @Override
  public List<String> getHeaderFields(String name) {
    return wrapped.getHeaderFields().getOrDefault(name, List.of());
  }

  @Override
  public int getContentLength() {
    return wrapped.getContentLength();
  }

  /** Redirects are never followed, whatever is asked for. */
  @Override
  public void setInstanceFollowRedirects(boolean followRedirects) {
    wrapped.setInstanceFollowRedirects(false);
  }

  @Override
  public void setDoOutput(boolean doOutput) {
    wrapped.setDoOutput(doOutput);
  }

  @Override
  public void setFixedLengthStreamingMode(int contentLength) {
    wrapped.setFixedLengthStreamingMode(contentLength);
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    wire.posted = true;
    return wrapped.getOutputStream();
  }

  @Override
  public void setChunkedStreamingMode(int chunkLength) {
    wrapped.setChunkedStreamingMode(chunkLength);
  }

  @Override
  public String getRequestMethod() {
    return wrapped.getRequestMethod();
  }

  @Override
  public boolean usingProxy() {
    return wrapped.usingProxy();
  }

  @Override
  public void connect() throws IOException {
    wrapped.connect();
  }

  /** Asked for only to turn verification off, which cannot be done here. */
  @Override
  public void configure(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
      throws KeyManagementException {
    throw new KeyManagementException("verification is never turned off");
  }

  @Override
  public void setHostnameVerifier(HostnameVerifier verifier) throws KeyManagementException {
    throw new KeyManagementException("verification is never turned off");
  }
}
