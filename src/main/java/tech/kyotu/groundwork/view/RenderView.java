package tech.kyotu.groundwork.view;

import java.util.List;

/**
 * Files that would be written for some Projects; none was. The published form of {@code kubectl
 * project render -o json}.
 *
 * @param apiVersion {@value #API_VERSION}
 * @param kind {@value #KIND}
 * @param files by repository and path
 */
public record RenderView(String apiVersion, String kind, List<OfFile> files) {

  /** Version of this form. */
  public static final String API_VERSION = PlanView.API_VERSION;

  /** Name of this form. */
  public static final String KIND = "RenderedFileList";

  /** Copies the list. */
  public RenderView {
    files = List.copyOf(files);
  }

  /** These files. */
  public static RenderView of(List<OfFile> files) {
    return new RenderView(API_VERSION, KIND, files);
  }

  /**
   * One file.
   *
   * @param repository {@code flux} or {@code deployment}
   * @param path in the repository
   * @param content as it would stand there
   */
  public record OfFile(String repository, String path, String content) {}
}
