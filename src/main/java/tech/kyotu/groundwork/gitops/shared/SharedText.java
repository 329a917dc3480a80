package tech.kyotu.groundwork.gitops.shared;

import java.util.Collection;
import java.util.Optional;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * One of the two files as it is.
 *
 * @param <E> what it holds of a Project
 */
public sealed interface SharedText<E extends SharedEntry> permits VaultValues, ArgoPolicy {

  /**
   * The file with these entries as they should be, and all else as it is. Entries of names that are
   * not given are not ours.
   *
   * @return empty if it needs nothing
   * @throws RejectedException {@code UnreadableFile} if it cannot be edited without a doubt
   */
  Optional<byte[]> with(Collection<E> entries) throws RejectedException;
}
