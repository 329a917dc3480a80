package tech.kyotu.groundwork.vault;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Vault's JSON in our words, and the other way round. What is absent or null in it is empty here.
 */
final class Readings {

  private Readings() {}

  static Vault.Group groupOf(JsonNode data) {
    return new Vault.Group(
        data.path("id").asText(),
        data.path("name").asText(),
        data.path("type").asText().equals("external"),
        setOf(data.path("policies")),
        setOf(data.path("member_group_ids")),
        setOf(data.path("parent_group_ids")),
        textsOf(data.path("metadata")),
        Optional.of(data.path("alias").path("id").asText()).filter(id -> !id.isEmpty()));
  }

  static Vault.Role roleOf(JsonNode data) {
    return new Vault.Role(
        setOf(data.path("bound_service_account_names")),
        setOf(data.path("bound_service_account_namespaces")),
        data.path("audience").asText(),
        data.path("alias_name_source").asText(),
        setOf(data.path("token_policies")),
        Duration.ofSeconds(data.path("token_ttl").asLong()),
        Duration.ofSeconds(data.path("token_max_ttl").asLong()));
  }

  /** An internal group to be written. */
  static Map<String, Object> bodyOf(
      Set<String> policies, Set<String> members, Map<String, String> metadata) {
    return Map.of(
        "type", "internal",
        "policies", policies,
        "member_group_ids", members,
        "metadata", metadata);
  }

  static Map<String, Object> bodyOf(Vault.Role role) {
    return Map.of(
        "bound_service_account_names", role.serviceAccounts(),
        "bound_service_account_namespaces", role.namespaces(),
        "audience", role.audience(),
        "alias_name_source", role.aliasNameSource(),
        "token_policies", role.policies(),
        "token_ttl", role.ttl().toSeconds(),
        "token_max_ttl", role.maxTtl().toSeconds());
  }

  static Set<String> setOf(JsonNode list) {
    Set<String> texts = new HashSet<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  static Map<String, String> textsOf(JsonNode object) {
    Map<String, String> texts = new HashMap<>();
    object.properties().forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }
}
