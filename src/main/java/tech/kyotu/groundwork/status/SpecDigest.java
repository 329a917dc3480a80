package tech.kyotu.groundwork.status;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tech.kyotu.groundwork.api.Adoption;
import tech.kyotu.groundwork.api.DeletionPolicy;
import tech.kyotu.groundwork.api.DeletionPolicy.NamespacePolicy;
import tech.kyotu.groundwork.api.DeletionPolicy.SecretsPolicy;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectSpec;

/** A digest of what is wanted, whether it is carried out now or not: without suspend and mode. */
public final class SpecDigest {

  private SpecDigest() {}

  /** {@code sha256:<hex>} of the Project's spec; empty text if it has none. */
  public static String of(Project project) {
    ProjectSpec spec = project.getSpec();
    return spec == null ? "" : of(spec, spec.adoption(), spec.deletion());
  }

  /**
   * Which fields were edited since a digest was taken. Every earlier value of the choices is tried;
   * what none of them explains is the one field that can be anything.
   *
   * @param applied a digest of this Project
   * @return names below {@code spec}; empty if nothing was edited
   */
  static List<String> edited(Project project, String applied) {
    ProjectSpec spec = project.getSpec();
    if (spec == null) {
      return List.of();
    }
    for (Adoption adoption : Adoption.values()) {
      for (NamespacePolicy namespace : NamespacePolicy.values()) {
        for (SecretsPolicy secrets : SecretsPolicy.values()) {
          DeletionPolicy deletion = new DeletionPolicy(namespace, secrets);
          if (of(spec, adoption, deletion).equals(applied)) {
            return edited(spec, adoption, deletion);
          }
        }
      }
    }
    return List.of("googleGroup");
  }

  private static List<String> edited(ProjectSpec now, Adoption adoption, DeletionPolicy deletion) {
    List<String> fields = new ArrayList<>();
    DeletionPolicy wanted = now.deletion() == null ? DeletionPolicy.DEFAULT : now.deletion();
    if (now.adoption() != adoption) {
      fields.add("adoption");
    }
    if (wanted.namespace() != deletion.namespace()) {
      fields.add("deletion.namespace");
    }
    if (wanted.secrets() != deletion.secrets()) {
      fields.add("deletion.secrets");
    }
    return fields;
  }

  private static String of(
      ProjectSpec spec, @Nullable Adoption adoption, @Nullable DeletionPolicy deletion) {
    String wanted =
        String.join(
            "\n",
            String.valueOf(spec.projectId()),
            String.valueOf(spec.environmentType()),
            String.valueOf(spec.googleGroup()),
            String.valueOf(adoption),
            String.valueOf(deletion));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(wanted.getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
