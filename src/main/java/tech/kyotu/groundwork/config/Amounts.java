package tech.kyotu.groundwork.config;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Amounts of resources in one setting, written as {@code kubectl create quota} takes them: {@code
 * pods=50,requests.cpu=8,limits.memory=32Gi}. Read strictly, because one object that the API server
 * refuses holds up the files of all Projects at Flux.
 *
 * @param byName amounts by the name of the resource, in the order of the names
 */
public record Amounts(Map<String, String> byName) {

  private static final String DNS_SUBDOMAIN =
      "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*";

  /** What a quota may count (Kubernetes 1.36, validation of ResourceQuotas). */
  private static final Pattern COUNTED =
      Pattern.compile(
          "(?:(?:requests|limits)\\.)?(?:cpu|memory|ephemeral-storage)|requests\\.storage"
              + "|pods|secrets|configmaps|persistentvolumeclaims|replicationcontrollers"
              + "|services(?:\\.nodeports|\\.loadbalancers)?"
              + ("|count/(?=[^/]{1,63}$)" + DNS_SUBDOMAIN)
              + ("|(?!count/)(?=[^/]{1,253}/)" + DNS_SUBDOMAIN)
              + "/[a-z0-9](?:[-a-z0-9.]{0,61}[a-z0-9])?");

  private static final Pattern OF_CONTAINERS =
      Pattern.compile("(?:requests|limits)\\.(?:cpu|memory|ephemeral-storage)");

  private static final Pattern CPU = Pattern.compile("[0-9]{1,9}(?:\\.[0-9]{1,3})?m?");
  private static final Pattern BYTES =
      Pattern.compile("[0-9]{1,15}(?:\\.[0-9]{1,3})?(?:[KMGTPE]i|[kMGTPE])?");
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,15}");

  /**
   * What a quota counts.
   *
   * @throws IllegalArgumentException with a sentence's end that says what is wrong
   */
  public static Amounts quota(String text) {
    return new Amounts(read(text, COUNTED, "pods=50,requests.cpu=8"));
  }

  /**
   * What a container gets that does not say.
   *
   * @throws IllegalArgumentException with a sentence's end that says what is wrong
   */
  public static Amounts ofContainers(String text) {
    Amounts amounts = new Amounts(read(text, OF_CONTAINERS, "requests.cpu=100m,limits.memory=1Gi"));
    Map<String, String> limits = amounts.below("limits").byName();
    amounts
        .below("requests")
        .byName()
        .forEach(
            (name, request) -> {
              String limit = limits.getOrDefault(name, request);
              if (Quantity.parse(request)
                      .getNumericalAmount()
                      .compareTo(Quantity.parse(limit).getNumericalAmount())
                  > 0) {
                throw new IllegalArgumentException("requests more " + name + " than it limits");
              }
            });
    return amounts;
  }

  /** Those whose names have this first word, without it. */
  public Amounts below(String word) {
    Map<String, String> found = new TreeMap<>();
    byName.forEach(
        (name, amount) -> {
          if (name.startsWith(word + ".")) {
            found.put(name.substring(word.length() + 1), amount);
          }
        });
    return new Amounts(found);
  }

  private static Map<String, String> read(String text, Pattern names, String example) {
    Map<String, String> amounts = new TreeMap<>();
    for (String each : text.split(",", -1)) {
      String[] parts = each.strip().split("=", -1);
      if (parts.length != 2 || !names.matcher(parts[0]).matches()) {
        throw new IllegalArgumentException(
            "cannot be read at \"%s\"; write it as %s".formatted(each.strip(), example));
      }
      if (!amountsOf(parts[0]).matcher(parts[1]).matches()) {
        throw new IllegalArgumentException(
            "holds no amount of %s: \"%s\"".formatted(parts[0], parts[1]));
      }
      if (amounts.put(parts[0], parts[1]) != null) {
        throw new IllegalArgumentException("names %s twice".formatted(parts[0]));
      }
    }
    return amounts;
  }

  private static Pattern amountsOf(String name) {
    if (name.endsWith("cpu")) {
      return CPU;
    }
    return name.endsWith("memory") || name.endsWith("storage") ? BYTES : COUNT;
  }
}
