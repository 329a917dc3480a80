package tech.kyotu.groundwork.config;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** What a CA file means for every outside system: its authorities beside those of the system. */
public final class Authorities {

  private Authorities() {}

  /**
   * A TLS context that trusts the system's authorities and these. There is no way to trust
   * everybody.
   *
   * @throws GeneralSecurityException if the certificates cannot be used
   * @throws IOException if the store in memory cannot be set up
   */
  public static SSLContext beside(Collection<? extends Certificate> further)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (TrustManager manager : managers(null)) {
      if (manager instanceof X509TrustManager system) {
        for (Certificate authority : system.getAcceptedIssuers()) {
          store.setCertificateEntry("system-" + store.size(), authority);
        }
      }
    }
    for (Certificate authority : further) {
      store.setCertificateEntry("file-" + store.size(), authority);
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers(store), null);
    return context;
  }

  private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}
