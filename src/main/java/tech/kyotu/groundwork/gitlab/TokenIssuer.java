package tech.kyotu.groundwork.gitlab;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.gitlab.GitLab.Issuance;
import tech.kyotu.groundwork.gitlab.GitLab.NewToken;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/** Has GitLab make a pull token that lives as long as settings and server allow. */
final class TokenIssuer {

  private static final int REPORTER = 20;
  private static final int LEAST_DAYS = 7;

  private final PullTokenTools tools;
  private final GroupRef group;
  private final Project project;

  TokenIssuer(PullTokenTools tools, GroupRef group, Project project) {
    this.tools = tools;
    this.group = group;
    this.project = project;
  }

  /** One token of this name; a second request only if the first was refused for its date. */
  Issuance.Issued issue(TokenName name) throws StepException {
    LocalDate wanted = tools.policy().expiryOf(tools.gitlab().serverTime());
    try {
      Issuance issuance = tools.gitlab().issueToken(group, wish(name, wanted));
      if (issuance instanceof Issuance.DateRefused refused) {
        issuance = tools.gitlab().issueToken(group, wish(name, sooner(refused)));
      }
      if (issuance instanceof Issuance.Issued issued) {
        return issued;
      }
      throw noDate(wanted);
    } catch (RetryableException lost) {
      // Nobody knows whether it lives: the next look must read the list before anything is made.
      tools.reads().forgetTokens(group);
      throw lost;
    }
  }

  /** A token that was just made, as GitLab will list it. */
  static Token described(Issuance.Issued issued, TokenName name) {
    return new Token(
        issued.id(),
        name.text(),
        issued.createdAt(),
        Optional.of(issued.expiresOn()),
        true,
        false,
        REPORTER,
        Set.of("read_registry"));
  }

  private LocalDate sooner(Issuance.DateRefused refused) throws RejectedException {
    LocalDate latest = refused.mustBeBefore().minusDays(1);
    LocalDate today = LocalDate.ofInstant(tools.gitlab().serverTime(), ZoneOffset.UTC);
    if (latest.isBefore(today.plusDays(LEAST_DAYS))) {
      throw noDate(refused.mustBeBefore());
    }
    return latest;
  }

  private RejectedException noDate(LocalDate bound) {
    return new RejectedException(
        Reason.ACCESS_DENIED,
        "GitLab allows no group token in %s that lives until %s. Raise its limit on the life of tokens."
            .formatted(group.fullPath(), bound));
  }

  private NewToken wish(TokenName name, LocalDate expiresOn) {
    return new NewToken(
        name.text(),
        "Groundwork: pull secret of %s, Project %s. Do not revoke."
            .formatted(project.name(), project.ref()),
        expiresOn);
  }
}
