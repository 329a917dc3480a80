package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/** A group as stored; {@code fullPath} holds the paths of its parents too. */
record Group(
    long id,
    String fullPath,
    String name,
    String description,
    String visibility,
    Optional<Long> parentId,
    Instant createdAt,
    Optional<LocalDate> markedForDeletionOn) {

  /** The last segment of the full path. */
  String path() {
    return fullPath.substring(fullPath.lastIndexOf('/') + 1);
  }

  Group withFullPath(String newPath) {
    return new Group(
        id, newPath, name, description, visibility, parentId, createdAt, markedForDeletionOn);
  }

  Group withTexts(String newName, String newDescription, String newVisibility) {
    return new Group(
        id,
        fullPath,
        newName,
        newDescription,
        newVisibility,
        parentId,
        createdAt,
        markedForDeletionOn);
  }

  Group marked(LocalDate day) {
    return new Group(
        id, fullPath, name, description, visibility, parentId, createdAt, Optional.of(day));
  }
}
