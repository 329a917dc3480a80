package tech.kyotu.groundwork.gitops;

import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.api.SpecRules;

/**
 * Which field of a Project tells two versions of one of its files apart, as far as the texts show
 * it.
 *
 * @param formerGroup the group that lost access; empty if the people are the same
 * @param isPolicy whether the fate of what is deployed differs
 * @param isOther whether anything else differs: a setting, the template, or somebody's edit
 */
record FileDifference(Optional<String> formerGroup, boolean isPolicy, boolean isOther) {

  private static final String POLICY = "preserveResourcesOnDeletion: ";

  /** Compares line by line; the group is the one of the newer text. */
  static FileDifference between(String before, String after, String group) {
    List<String> old = before.lines().toList();
    List<String> now = after.lines().toList();
    Optional<String> former = Optional.empty();
    boolean isPolicy = false;
    boolean isOther = old.size() != now.size();
    for (int line = 0; line < now.size() && !isOther; line++) {
      if (now.get(line).equals(old.get(line))) {
        continue;
      }
      Optional<String> moved = formerGroup(old.get(line), now.get(line), group);
      if (moved.isPresent()) {
        former = moved;
      } else if (now.get(line).strip().startsWith(POLICY)
          && old.get(line).strip().startsWith(POLICY)) {
        isPolicy = true;
      } else {
        isOther = true;
      }
    }
    return new FileDifference(former, isPolicy, isOther);
  }

  /** The other group, if two lines differ in nothing but the group. */
  private static Optional<String> formerGroup(String old, String now, String group) {
    int start = now.indexOf(group);
    int end = old.length() - (now.length() - start - group.length());
    if (start < 0 || end <= start) {
      return Optional.empty();
    }
    String candidate = old.substring(start, end);
    return SpecRules.isGoogleGroup(candidate) && now.replace(group, candidate).equals(old)
        ? Optional.of(candidate)
        : Optional.empty();
  }
}
