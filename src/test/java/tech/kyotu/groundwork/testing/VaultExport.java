package tech.kyotu.groundwork.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All that root finds in Vault and that gives, names or holds anything: mounts, auth methods and
 * their roles, policies, groups and their aliases, and secrets with their values and histories. Two
 * of them tell what happened in between. People and pods, whom Vault notes as they log in, are left
 * out.
 *
 * @param things text by kind and name, in order
 */
public record VaultExport(SortedMap<String, String> things) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  /** Types of auth methods that have roles. */
  private static final Set<String> WITH_ROLES = Set.of("kubernetes", "jwt");

  /**
   * Of a group. Membership is told by the group that has the members; Vault 1.13 also notes it at
   * the member, counts that as a change, and never forgets it, not even once the other is gone.
   */
  private static final List<String> NOTED_BY_VAULT =
      List.of("parent_group_ids", "modify_index", "alias");

  /** Everything that is there now. */
  public static VaultExport of(VaultServer server) {
    Reader reader = new Reader(server.root());
    reader.readAll();
    return new VaultExport(reader.things);
  }

  /** What was made, changed or removed since then, by kind and name. */
  public Set<String> changedSince(VaultExport before) {
    Set<String> all = new TreeSet<>(things.keySet());
    all.addAll(before.things.keySet());
    all.removeIf(thing -> Objects.equals(things.get(thing), before.things.get(thing)));
    return all;
  }

  /** One thing a line. */
  public String text() {
    return things.entrySet().stream()
        .map(thing -> thing.getKey() + " " + thing.getValue())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** Names only: it holds secrets. */
  @Override
  public String toString() {
    return "VaultExport" + things.keySet();
  }

  /** One pass over all of it. */
  private static final class Reader {
    private final SortedMap<String, String> things = new TreeMap<>();
    private final VaultClient root;

    Reader(VaultClient root) {
      this.root = root;
    }

    void readAll() {
      each("sys/auth", this::authMethod);
      each("sys/mounts", this::engine);
      for (String name : keys("sys/policies/acl")) {
        keep("policy " + name, "sys/policies/acl/" + encoded(name));
      }
      for (String name : keys("identity/group/name")) {
        group(name);
      }
      for (String id : keys("identity/group-alias/id")) {
        JsonNode alias = root.read("identity/group-alias/id/" + id).data();
        put("alias " + alias.path("mount_path").asText() + alias.path("name").asText(), alias);
      }
    }

    private interface Mount {
      void read(String path, JsonNode about);
    }

    private void each(String list, Mount mount) {
      for (Map.Entry<String, JsonNode> each : root.read(list).data().properties()) {
        String path = each.getKey().substring(0, each.getKey().length() - 1);
        put(list.substring(list.indexOf('/') + 1) + " " + path, each.getValue());
        mount.read(path, each.getValue());
      }
    }

    private void authMethod(String path, JsonNode about) {
      if (WITH_ROLES.contains(about.path("type").asText())) {
        keep("config of " + path, "auth/" + path + "/config");
        for (String role : keys("auth/" + path + "/role")) {
          keep("role auth/" + path + "/role/" + role, "auth/" + path + "/role/" + encoded(role));
        }
      }
    }

    private void engine(String path, JsonNode about) {
      if (about.path("type").asText().equals("kv")) {
        boolean isVersioned = about.path("options").path("version").asText().equals("2");
        folder(path, isVersioned, "");
      }
    }

    private void folder(String mount, boolean isVersioned, String folder) {
      for (String key : keys(mount + (isVersioned ? "/metadata/" : "/") + encoded(folder))) {
        String path = folder + key;
        if (key.endsWith("/")) {
          folder(mount, isVersioned, path);
        } else if (isVersioned) {
          keep("history of " + mount + "/" + path, mount + "/metadata/" + encoded(path));
          keep("secret " + mount + "/" + path, mount + "/data/" + encoded(path));
        } else {
          keep("secret " + mount + "/" + path, mount + "/" + encoded(path));
        }
      }
    }

    private void group(String name) {
      JsonNode group = root.read("identity/group/name/" + encoded(name)).data();
      put("group " + name, ((ObjectNode) group).without(NOTED_BY_VAULT));
    }

    private List<String> keys(String path) {
      return root.list(path.replaceAll("/$", "")).keys();
    }

    private void keep(String thing, String path) {
      put(thing, root.read(path).data());
    }

    private void put(String thing, JsonNode about) {
      try {
        String text = JSON.writeValueAsString(JSON.treeToValue(about, Object.class));
        Optional.ofNullable(things.put(thing, text))
            .ifPresent(
                twice -> {
                  throw new IllegalStateException("twice in one export: " + thing);
                });
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static String encoded(String path) {
      return Arrays.stream(path.split("/", -1))
          .map(segment -> URLEncoder.encode(segment, UTF_8).replace("+", "%20"))
          .collect(Collectors.joining("/"));
    }
  }
}
