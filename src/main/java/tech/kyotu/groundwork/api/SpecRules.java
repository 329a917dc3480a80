package tech.kyotu.groundwork.api;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the resource, once for the CRD and once more for objects that were stored before a
 * rule existed.
 *
 * <p>These strings reach file names, policies and URLs, so Java matches the whole input: {@code $}
 * alone would also match before a final line break.
 */
public final class SpecRules {

  /** A project's id: one path segment of GitLab and part of a namespace name. */
  public static final String PROJECT_ID = "^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$";

  /** One lower-case e-mail address. */
  public static final String GOOGLE_GROUP =
      "^[a-z0-9]([-a-z0-9._]*[a-z0-9])?@([a-z0-9]([-a-z0-9]*[a-z0-9])?[.])+[a-z]{2,}$";

  static final String PROJECT_ID_IS_IMMUTABLE =
      "projectId cannot change, namespace and rights carry it. Create a second Project with the new"
          + " id, then delete this one.";
  static final String ENVIRONMENT_IS_IMMUTABLE =
      "environmentType cannot change. Create a second Project for the other environment, then"
          + " delete this one.";

  /** How to write a project id. */
  public static final String PROJECT_ID_ADVICE =
      "Use 1 to 40 of a-z, 0-9 and single dashes; start with a letter, end with a letter or digit.";

  /** How to write a group. */
  public static final String GOOGLE_GROUP_ADVICE =
      "Write the group as one lower-case e-mail address, for example shop.crew@example.com.";

  private static final Pattern PROJECT_ID_PATTERN = Pattern.compile(PROJECT_ID);
  private static final Pattern GOOGLE_GROUP_PATTERN = Pattern.compile(GOOGLE_GROUP);

  private SpecRules() {}

  /**
   * What is wrong with a spec.
   *
   * @param spec the spec as read; null for an object stored without one
   * @return one sentence per fault, each with the fix; empty when all rules hold
   */
  public static List<String> faults(@Nullable ProjectSpec spec) {
    if (spec == null) {
      return List.of("spec is missing. Add projectId, environmentType and googleGroup.");
    }
    List<String> faults = new ArrayList<>();
    if (spec.projectId() == null) {
      faults.add("spec.projectId is missing. Add it.");
    } else if (!isProjectId(spec.projectId())) {
      faults.add("spec.projectId is not valid. " + PROJECT_ID_ADVICE);
    }
    if (spec.environmentType() == null) {
      faults.add(
          "spec.environmentType is missing or unknown. Use one of dev, qa, test, stage, prod.");
    }
    if (spec.googleGroup() == null) {
      faults.add("spec.googleGroup is missing. Add the team's group address.");
    } else if (!isGoogleGroup(spec.googleGroup())) {
      faults.add("spec.googleGroup is not valid. " + GOOGLE_GROUP_ADVICE);
    }
    if (spec.mode() == null) {
      faults.add("spec.mode is unknown. Use Apply or Plan.");
    }
    if (spec.adoption() == null) {
      faults.add("spec.adoption is unknown. Use IfUnowned or Never.");
    }
    DeletionPolicy deletion = spec.deletion();
    if (deletion == null || deletion.namespace() == null || deletion.secrets() == null) {
      faults.add(
          "spec.deletion is not readable. Use namespace: Delete or Retain, secrets: Retain or"
              + " Destroy.");
    }
    return faults;
  }

  /** Whether the text is a project id, as a whole. */
  public static boolean isProjectId(String text) {
    return PROJECT_ID_PATTERN.matcher(text).matches()
        && !text.contains("--")
        && text.indexOf('\n') < 0;
  }

  /** Whether the text is one lower-case e-mail address of at most 254 characters, as a whole. */
  public static boolean isGoogleGroup(String text) {
    return text.length() >= 6
        && text.length() <= 254
        && GOOGLE_GROUP_PATTERN.matcher(text).matches()
        && text.indexOf('\n') < 0;
  }
}
