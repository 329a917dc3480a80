package tech.kyotu.groundwork.step;

import java.util.Optional;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.ProjectRef;

/**
 * A thing that bears our mark, and whose Project is gone.
 *
 * @param kind as in a holding: {@code VaultPolicy}, {@code GitLabToken}
 * @param name as its own system knows it
 * @param uid of the Project; empty if the mark does not say
 * @param owner where the Project was; empty if the mark does not say
 * @param origin whether we made it; empty if the mark does not say
 * @param kept whether such a thing stays on purpose when its Project goes
 */
public record Orphan(
    String kind,
    String name,
    Optional<String> uid,
    Optional<ProjectRef> owner,
    Optional<Origin> origin,
    boolean kept) {

  /** A thing of our making that bears a whole mark and should have gone. */
  public static Orphan of(String kind, String name, OwnerMark mark) {
    Optional<ProjectRef> owner = Optional.of(mark.owner()).filter(it -> !it.name().isEmpty());
    return new Orphan(
        kind, name, Optional.of(mark.uid()), owner, Optional.of(Origin.CREATED), false);
  }

  /** Another thing of the same Project. */
  public Orphan withName(String otherKind, String otherName) {
    return new Orphan(otherKind, otherName, uid, owner, origin, kept);
  }

  /** The same, with what is told of how we came to it. */
  public Orphan from(Origin found) {
    return new Orphan(kind, name, uid, owner, Optional.of(found), kept);
  }

  /** The same, but it stays on purpose. */
  public Orphan onPurpose() {
    return new Orphan(kind, name, uid, owner, origin, true);
  }
}
