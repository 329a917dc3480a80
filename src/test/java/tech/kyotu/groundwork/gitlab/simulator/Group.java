package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/** A group as stored; {@code fullPath} holds the paths of its parents too. */
record Group(
    long id,
    String fullPath,
    Texts texts,
    Optional<Long> parentId,
    Instant createdAt,
    Optional<LocalDate> markedForDeletionOn,
    Grants grants) {

  /** What its owner writes about it; the visibility is private, internal or public. */
  record Texts(String name, String description, String visibility) {}

  /** The last segment of the full path. */
  String path() {
    return fullPath.substring(fullPath.lastIndexOf('/') + 1);
  }

  String name() {
    return texts.name();
  }

  String visibility() {
    return texts.visibility();
  }

  Map<Long, Integer> members() {
    return grants.members();
  }

  boolean isChildOf(Group parent) {
    return parentId.filter(above -> above == parent.id()).isPresent();
  }

  Group withFullPath(String newPath) {
    return new Group(id, newPath, texts, parentId, createdAt, markedForDeletionOn, grants);
  }

  Group with(Texts newTexts) {
    return new Group(id, fullPath, newTexts, parentId, createdAt, markedForDeletionOn, grants);
  }

  Group with(Grants newGrants) {
    return new Group(id, fullPath, texts, parentId, createdAt, markedForDeletionOn, newGrants);
  }

  Group marked(LocalDate day) {
    return new Group(id, fullPath, texts, parentId, createdAt, Optional.of(day), grants);
  }
}
