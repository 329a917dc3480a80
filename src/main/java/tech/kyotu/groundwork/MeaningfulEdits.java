package tech.kyotu.groundwork;

import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import tech.kyotu.groundwork.api.Project;

/**
 * Which edits of a Project are worth a reconcile. The framework's own filter hears of new
 * generations only, and an own filter can narrow but not widen it; so it is off, and this one lets
 * the annotations through that are requests. Own status writes cause nothing.
 */
public final class MeaningfulEdits implements OnUpdateFilter<Project> {

  @Override
  public boolean accept(Project now, Project before) {
    return !Objects.equals(now.getMetadata().getUid(), before.getMetadata().getUid())
        || now.generation() != before.generation()
        || now.isBeingDeleted() != before.isBeingDeleted()
        || !Objects.equals(now.getFinalizers(), before.getFinalizers())
        || !requests(now).equals(requests(before));
  }

  private static Map<String, String> requests(Project project) {
    Map<String, String> annotations = project.getMetadata().getAnnotations();
    return annotations == null
        ? Map.of()
        : annotations.entrySet().stream()
            .filter(entry -> Project.WATCHED_ANNOTATIONS.contains(entry.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
