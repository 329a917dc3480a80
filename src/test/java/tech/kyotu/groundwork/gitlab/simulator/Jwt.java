package tech.kyotu.groundwork.gitlab.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs and checks the registry's short-lived tokens with a key that lives as long as the server.
 */
final class Jwt {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  Jwt() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    key = new SecretKeySpec(secret, ALGORITHM);
  }

  String sign(ObjectNode claims) {
    String content =
        base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + base64(claims.toString());
    return content + "." + signature(content);
  }

  /** The claims, if the signature is ours and the token has not ended. */
  Optional<JsonNode> verify(String token, Instant now) {
    int end = token.lastIndexOf('.');
    int middle = token.indexOf('.');
    if (middle <= 0
        || end <= middle
        || !isSigned(token.substring(0, end), token.substring(end + 1))) {
      return Optional.empty();
    }
    byte[] claims = Base64.getUrlDecoder().decode(token.substring(middle + 1, end));
    try {
      JsonNode json = JSON.readTree(new String(claims, StandardCharsets.UTF_8));
      return Optional.of(json).filter(each -> each.path("exp").asLong() > now.getEpochSecond());
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("signed claims are always JSON", broken);
    }
  }

  private boolean isSigned(String content, String signature) {
    return MessageDigest.isEqual(
        signature(content).getBytes(StandardCharsets.UTF_8),
        signature.getBytes(StandardCharsets.UTF_8));
  }

  private String signature(String content) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] bytes = mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has " + ALGORITHM, impossible);
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
