package tech.kyotu.groundwork.step;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Commit;
import tech.kyotu.groundwork.api.Holding;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectStatus;
import tech.kyotu.groundwork.api.RegistryToken;

/**
 * Public facts that steps know of a Project's things and that later steps need. A cache and an
 * audit trail: losing it costs reads, never a decision. Immutable.
 *
 * @param things by id, in the order they were first known
 * @param token life of the registry token; null before there is one
 * @param commits newest commit by repository
 */
public record Holdings(
    Map<String, Holding> things, @Nullable RegistryToken token, Map<String, Commit> commits) {

  /** Nothing known. */
  public static final Holdings NONE = new Holdings(Map.of(), null, Map.of());

  /** Copies, so that nobody changes them later. */
  public Holdings {
    things = Collections.unmodifiableMap(new LinkedHashMap<>(things));
    commits = Collections.unmodifiableMap(new LinkedHashMap<>(commits));
  }

  /** What the Project's status says. */
  public static Holdings of(Project project) {
    ProjectStatus status = project.statusOrUnseen();
    Holdings held = NONE;
    for (Holding holding : status.holdings()) {
      held = held.with(holding);
    }
    for (Commit commit : status.commits()) {
      held = held.with(commit);
    }
    return held.with(status.registryToken());
  }

  /** The thing of this id, empty if it is not known. */
  public Optional<Holding> thing(String id) {
    return Optional.ofNullable(things.get(id));
  }

  /** The same and this thing, in place of one of the same id. */
  public Holdings with(Holding holding) {
    Map<String, Holding> more = new LinkedHashMap<>(things);
    more.put(holding.id(), holding);
    return new Holdings(more, token, commits);
  }

  /** The same and all these things. */
  public Holdings with(Collection<Holding> holdings) {
    Holdings all = this;
    for (Holding holding : holdings) {
      all = all.with(holding);
    }
    return all;
  }

  /** The same without the thing of this id. */
  public Holdings without(String id) {
    Map<String, Holding> fewer = new LinkedHashMap<>(things);
    fewer.remove(id);
    return new Holdings(fewer, token, commits);
  }

  /** The same with this token; null for none. */
  public Holdings with(@Nullable RegistryToken newToken) {
    return new Holdings(things, newToken, commits);
  }

  /** The same with this commit as the newest of its repository. */
  public Holdings with(Commit commit) {
    Map<String, Commit> more = new LinkedHashMap<>(commits);
    more.put(commit.repository(), commit);
    return new Holdings(things, token, more);
  }

  /** All things by id: in which order they were learnt must not change what the status says. */
  public List<Holding> asList() {
    return things.values().stream().sorted(Comparator.comparing(Holding::id)).toList();
  }
}
