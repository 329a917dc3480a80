package tech.kyotu.groundwork.status;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectSpec;

/** A digest of what is wanted, whether it is carried out now or not: without suspend and mode. */
public final class SpecDigest {

  private SpecDigest() {}

  /** {@code sha256:<hex>} of the Project's spec; empty text if it has none. */
  public static String of(Project project) {
    ProjectSpec spec = project.getSpec();
    if (spec == null) {
      return "";
    }
    String wanted =
        String.join(
            "\n",
            String.valueOf(spec.projectId()),
            String.valueOf(spec.environmentType()),
            String.valueOf(spec.googleGroup()),
            String.valueOf(spec.adoption()),
            String.valueOf(spec.deletion()));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(wanted.getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
