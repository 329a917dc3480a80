package tech.kyotu.groundwork.vault;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import tech.kyotu.groundwork.step.StepException;

/**
 * Single calls to Vault by path, each answer checked: empty means that Vault said so, trouble is an
 * exception. Values of a body are texts, numbers, {@link Collection}s of texts, or {@link Map}s of
 * texts by text.
 */
interface Calls {

  /** The whole answer; empty if the thing is absent. */
  Optional<JsonNode> read(String path) throws StepException;

  /** A read that Vault wants as a write. */
  Optional<JsonNode> lookup(String path, Map<String, Object> body) throws StepException;

  /** What Vault tells of a write; often nothing. */
  Optional<JsonNode> write(String path, Map<String, Object> body) throws StepException;

  /** Deletes; what is absent is deleted. */
  void delete(String path) throws StepException;
}
