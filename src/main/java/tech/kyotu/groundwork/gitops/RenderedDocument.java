package tech.kyotu.groundwork.gitops;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * One document that a template rendered, to be held against what it is meant to be: a site may edit
 * its templates, and a mistake there must not reach a cluster.
 *
 * @param file the template, for the message
 * @param content as parsed
 */
record RenderedDocument(String file, @Nullable Object content) {

  private static final String UID = "kyotu.tech/project-uid";
  private static final String SUBSTITUTE = "kustomize.toolkit.fluxcd.io/substitute";

  /**
   * What a text holds. Each document must bear the Project's mark, and the label by which it is
   * found in the cluster.
   *
   * @throws RejectedException {@code TemplateInvalid}
   */
  static List<RenderedDocument> allOf(String file, String text, RenderInput input)
      throws RejectedException {
    List<RenderedDocument> documents =
        Template.parsed(text, file).stream()
            .map(document -> new RenderedDocument(file, document))
            .toList();
    for (RenderedDocument document : documents) {
      document.require(
          document.is(input.owner().uid(), "metadata", "annotations", UID),
          "renders an object without the annotation " + UID);
      document.require(
          document.is(OwnerMark.GROUNDWORK, "metadata", "labels", OwnerMark.MANAGED_BY),
          "renders an object without the label %s: %s"
              .formatted(OwnerMark.MANAGED_BY, OwnerMark.GROUNDWORK));
    }
    return documents;
  }

  /**
   * The one document that a text may hold.
   *
   * @param kind API version and kind
   * @throws RejectedException {@code TemplateInvalid}
   */
  static RenderedDocument only(String file, String text, String kind, RenderInput input)
      throws RejectedException {
    List<RenderedDocument> documents = allOf(file, text, input);
    if (documents.size() != 1 || !documents.get(0).kind().equals(kind)) {
      throw Template.invalid(file, "must render exactly one " + kind);
    }
    return documents.get(0);
  }

  /** Passes if Flux puts no values of its own into it. */
  void requireLiteral() throws RejectedException {
    require(
        is("disabled", "metadata", "annotations", SUBSTITUTE),
        "renders an object without the annotation %s: disabled".formatted(SUBSTITUTE));
  }

  /** API version and kind. */
  String kind() {
    return field("apiVersion").orElse("") + " " + field("kind").orElse("");
  }

  /** Its name; empty text if it has none. */
  String name() {
    return String.valueOf(field("metadata", "name").orElse(""));
  }

  Optional<Object> field(String... path) {
    Object at = content;
    for (String key : path) {
      at = at instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return Optional.ofNullable(at);
  }

  /** Whether a field has this value. */
  boolean is(Object value, String... path) {
    return field(path).equals(Optional.of(value));
  }

  /** What stands in a list, each as a document of its own; empty if there is none. */
  List<RenderedDocument> items(String... path) {
    return field(path).orElse(List.of()) instanceof List<?> list
        ? list.stream().map(item -> new RenderedDocument(file, item)).toList()
        : List.of();
  }

  /** Passes if it holds. */
  void require(boolean holds, String otherwise) throws RejectedException {
    if (!holds) {
      throw Template.invalid(file, otherwise);
    }
  }
}
