package tech.kyotu.groundwork.gitops;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.config.GroundworkConfig;
import tech.kyotu.groundwork.step.RejectedException;

/**
 * What our files say for a Project. Content depends on the Project's name, mark, people and
 * deletion policy and on the settings, on nothing else: no time, no generation. A rendered file is
 * parsed again and must be of the kinds, and about the Project, that it is meant to be.
 */
public final class TemplateFolder {

  private final GroundworkConfig config;
  private final TenantTemplates tenants;
  private final ArgoTemplates argo;

  /** Templates below the folder that the settings name; each is read at its first use. */
  public TemplateFolder(GroundworkConfig config) {
    TemplateFiles files = new TemplateFiles(config.git().templateFolder());
    this.config = config;
    this.tenants = new TenantTemplates(files, config);
    this.argo = new ArgoTemplates(files, config);
  }

  /**
   * {@code projects/<name>/tenant.yaml}.
   *
   * @throws RejectedException {@code TemplateInvalid}; {@code PrerequisiteMissing} if the
   *     authorities of Vault cannot be read
   */
  byte[] tenant(RenderInput input) throws RejectedException {
    return withHeader(input, tenants.text(input));
  }

  /** What that file holds only because a setting asks for it. */
  List<TenantPart> parts(EnvironmentType environment) {
    return TenantPart.wanted(config.flux(), environment);
  }

  /**
   * {@code applications/<name>.yaml}, whole.
   *
   * @throws RejectedException {@code TemplateInvalid}
   */
  byte[] applications(RenderInput input) throws RejectedException {
    return withHeader(input, argo.appProject(input) + argo.applicationSets(input));
  }

  /**
   * {@code applications/<name>.yaml} while its applications go: only the AppProject, without which
   * they could not be finalised.
   *
   * @throws RejectedException {@code TemplateInvalid}
   */
  byte[] appProjectAlone(RenderInput input) throws RejectedException {
    return withHeader(input, argo.appProject(input));
  }

  /** What a new folder {@code manifests/<name>/} tells its developers; empty if nothing. */
  Optional<RenderedFiles.Rendering> readme() {
    return config.argo().manifestsReadme() ? Optional.of(argo::readme) : Optional.empty();
  }

  private static byte[] withHeader(RenderInput input, String text) {
    return (FileMark.header(input.owner()) + text).getBytes(StandardCharsets.UTF_8);
  }
}
