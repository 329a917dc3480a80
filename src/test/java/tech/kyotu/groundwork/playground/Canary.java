package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks for credentials where none may be. GitLab's and Vault's tokens and JWTs are recognised by
 * their form, so also those that lived for a moment only; other credentials by their value. Each is
 * found plain and as part of Base64.
 */
final class Canary {
  private static final int LENGTH_OF_NO_SECRET = 8;

  private final Map<String, Pattern> forms = new LinkedHashMap<>();

  /** Knows the forms, and these values. */
  Canary(Collection<String> values) {
    forms.put("a GitLab token", Pattern.compile("glpat-[A-Za-z0-9_-]{15}"));
    forms.put("a Vault token", Pattern.compile("hv[sbr][.][A-Za-z0-9_-]{20}"));
    forms.put("a GitLab token in Base64", encoded("glpat-"));
    forms.put("a JWT", Pattern.compile("eyJ[A-Za-z0-9_-]{10,}[.]eyJ[A-Za-z0-9_-]{10}"));
    int number = 0;
    for (String value : values) {
      number++;
      if (value.length() > LENGTH_OF_NO_SECRET) {
        forms.put("credential " + number, Pattern.compile(Pattern.quote(value)));
        forms.put("credential " + number + " in Base64", encoded(value));
      }
    }
  }

  /** What kind of credential a text holds; empty if none. Never the credential itself. */
  Optional<String> find(String text) {
    for (Map.Entry<String, Pattern> form : forms.entrySet()) {
      Matcher matcher = form.getValue().matcher(text);
      if (matcher.find()) {
        return Optional.of(form.getKey() + " at character " + matcher.start());
      }
    }
    return Optional.empty();
  }

  /**
   * The three ways a text can stand inside a longer one that is encoded, by its offset modulo 3;
   * characters that the neighbours decide too are left away.
   */
  private static Pattern encoded(String text) {
    List<String> ways = new ArrayList<>();
    for (int offset = 0; offset < 3; offset++) {
      byte[] shifted = ("\0".repeat(offset) + text).getBytes(UTF_8);
      String all = new String(Base64.getEncoder().encode(shifted), ISO_8859_1);
      int from = (offset * 8 + 5) / 6;
      int to = shifted.length * 8 / 6;
      ways.add(Pattern.quote(all.substring(from, to)));
    }
    return Pattern.compile(String.join("|", ways));
  }
}
