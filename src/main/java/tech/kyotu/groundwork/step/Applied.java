package tech.kyotu.groundwork.step;

/**
 * How far Flux and Argo CD have followed what is on the branches; told beside the steps and never a
 * part of Ready.
 *
 * @param reason one of the kind {@link Reason.Kind#FOLLOW}
 * @param message one or two sentences for people
 */
public record Applied(Reason reason, String message) {

  /** The condition's type. */
  public static final String TYPE = "Applied";
}
