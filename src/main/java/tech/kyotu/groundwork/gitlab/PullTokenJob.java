package tech.kyotu.groundwork.gitlab;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.gitlab.GitLab.GroupRef;
import tech.kyotu.groundwork.gitlab.GitLab.Issuance;
import tech.kyotu.groundwork.gitlab.GitLab.Token;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecret;
import tech.kyotu.groundwork.kubernetes.Cluster.PullSecretContent;
import tech.kyotu.groundwork.step.Holdings;
import tech.kyotu.groundwork.step.Outcome;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RejectedException;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;
import tech.kyotu.groundwork.step.StepPlan;

/**
 * The writes that follow from one look at a pull token, in their order: announce, issue, probe,
 * publish, and after the grace revoke. Each may be the last one before a crash, so each leaves a
 * state that the next look understands; the Secret's resource version keeps a second writer out.
 *
 * <p>One thread, one pass. The value of a new token lives in {@link #renew} only.
 */
final class PullTokenJob {

  /** Makes the plan again from a live look. */
  interface Replan {
    StepPlan plan(Holdings held) throws StepException;
  }

  private static final Logger LOG = Logger.getLogger(PullTokenJob.class);

  private final PullTokenTools tools;
  private final GroupRef group;
  private final Replan replan;
  private final String namespace;
  private final TokenIssuer issuer;
  private final LoginProbe probe;
  private PullTokenView view;
  private boolean announced;

  PullTokenJob(PullTokenTools tools, GroupRef group, PullTokenView view, Replan replan) {
    this.tools = tools;
    this.group = group;
    this.view = view;
    this.replan = replan;
    namespace = view.project().name().value();
    issuer = new TokenIssuer(tools, group, view.project());
    probe = new LoginProbe(tools.registry(), tools.pause());
  }

  /** What is known by now: the look, and the writes since. */
  PullTokenView view() {
    return view;
  }

  /** Revokes a token that nobody published, once nobody can publish it any more. */
  Outcome revokeOrphan(Token orphan, Holdings held) throws StepException {
    if (view.needsFence() && !view.isOfAnotherType() && !announce()) {
      return replanned(held);
    }
    tools.lease().require();
    return revoke(orphan.id()) ? Outcome.done() : replanned(held);
  }

  /** Revokes the token before the published one, and takes it off the notes. */
  Outcome revokePrevious(Token previous, Holdings held) throws StepException {
    return revoke(previous.id()) ? tidy(held) : replanned(held);
  }

  /** Revokes a token of the older operator, in whose place ours is published. */
  Outcome revokeOlder(Token older, Holdings held) throws StepException {
    return revoke(older.id()) ? Outcome.done() : replanned(held);
  }

  /**
   * Takes what is over off the notes: an attempt that was cut short, a previous token that is gone.
   */
  Outcome tidy(Holdings held) throws StepException {
    PullSecret seen = view.secret().orElseThrow();
    TokenNotes notes = view.notes().after(idOf(view.previous())).withoutAttempt();
    return write(seen, notes, seen.dockerConfigJson()) ? Outcome.done(learnt()) : replanned(held);
  }

  /** Replaces the published token by a new one that the registry accepts. */
  Outcome renew(Holdings held) throws StepException {
    tools.registry().requireReady();
    // What cannot become a pull secret bears no announcement: the admission policy lets us write
    // no secret of another type. Of two writers the second finds ours, and cannot create its own.
    if (view.secret().isPresent() && !view.isOfAnotherType() && !announce()) {
      return replanned(held);
    }
    TokenName name = nextName();
    tools.lease().require();
    Issuance.Issued issued = issuer.issue(name);
    List<Token> living = new ArrayList<>(view.ours());
    Token token = TokenIssuer.described(issued, name);
    tools.reads().issued(group, token);
    requireAccepted(issued);
    Optional<PullSecret> published = publish(issued, name);
    if (published.isEmpty()) {
      abandon(issued);
      return replanned(held);
    }
    living.add(token);
    view =
        view.with(published.get(), TokenNotes.of(published.get().annotations()), false)
            .with(living);
    return Outcome.done(learnt());
  }

  /** What the look and the writes since tell the holdings. */
  UnaryOperator<Holdings> learnt() {
    return PullTokenStatus.learnt(view, tools.policy());
  }

  private TokenName nextName() {
    Optional<TokenNotes.Pending> attempt = announced ? view.notes().pending() : Optional.empty();
    return new TokenName(
        view.clusterId(),
        view.project().uid(),
        attempt.map(TokenNotes.Pending::sequence).orElseGet(view::nextSequence),
        attempt.map(TokenNotes.Pending::nonce).orElseGet(TokenName::freshNonce));
  }

  /**
   * Announces an attempt in the Secret, in place of any other announcement: whoever made that one
   * cannot publish any more. False if somebody else wrote the Secret first.
   */
  private boolean announce() throws StepException {
    if (announced) {
      return true;
    }
    TokenNotes.Pending attempt =
        new TokenNotes.Pending(
            view.nextSequence(),
            TokenName.freshNonce(),
            tools.gitlab().serverTime().truncatedTo(ChronoUnit.SECONDS));
    if (view.secret().isEmpty()) {
      TokenNotes notes = distrusted().announcing(attempt);
      Optional<PullSecret> created =
          create(new PullSecretContent(notes.annotations(), PullSecretFile.withoutLogin()));
      created.ifPresent(secret -> view = view.with(secret, notes, true));
      announced = created.isPresent();
      return announced;
    }
    PullSecret seen = view.secret().get();
    // Once we write, the content counts as ours again. What was lost must stay known as lost.
    TokenNotes notes = view.valueIsLost() ? distrusted() : view.notes();
    announced =
        write(
            seen,
            notes.announcing(attempt),
            PullSecretFile.orWithoutLogin(seen.dockerConfigJson()));
    return announced;
  }

  private TokenNotes distrusted() {
    OptionalLong previous = view.nextPrevious();
    TokenNotes notes = view.notes().distrusting();
    return previous.isEmpty() ? notes : notes.after(previous);
  }

  private static OptionalLong idOf(Optional<Token> token) {
    return token.map(known -> OptionalLong.of(known.id())).orElseGet(OptionalLong::empty);
  }

  private boolean write(PullSecret seen, TokenNotes notes, byte[] content) throws StepException {
    Optional<PullSecret> written =
        tools
            .cluster()
            .writePullSecret(
                view.project(), seen, new PullSecretContent(notes.annotations(), content));
    written.ifPresent(secret -> view = view.with(secret, notes, view.valueIsLost()));
    return written.isPresent();
  }

  private void requireAccepted(Issuance.Issued issued) throws StepException {
    try {
      probe.pass(PullSecretFile.user(view.project().name()), issued, oldOne());
      tools.lease().require();
    } catch (StepException trouble) {
      abandonQuietly(issued, trouble);
      throw trouble;
    }
  }

  private String oldOne() {
    return view.current()
        .flatMap(Token::expiresOn)
        .map(day -> "The old token stays published until " + day + ".")
        .orElse("No token is published.");
  }

  private Optional<PullSecret> publish(Issuance.Issued issued, TokenName name)
      throws StepException {
    Project project = view.project();
    TokenNotes notes =
        new TokenNotes(
            OptionalLong.of(issued.id()),
            name.sequence(),
            Optional.of(issued.expiresOn()),
            Optional.of(tools.gitlab().serverTime().truncatedTo(ChronoUnit.SECONDS)),
            view.nextPrevious(),
            Optional.empty(),
            view.requested().or(() -> view.notes().rotateHandled()));
    PullSecretContent content =
        new PullSecretContent(
            notes.annotations(),
            PullSecretFile.withLogin(
                tools.registryHost(), PullSecretFile.user(project.name()), issued.value()));
    try {
      if (view.secret().isPresent() && !view.isOfAnotherType()) {
        return tools.cluster().writePullSecret(project, view.secret().get(), content);
      }
      if (view.secret().isPresent()) {
        // No write changes a type. The new token is proved by now, so nothing comes in between.
        tools.cluster().deletePullSecret(view.secret().get());
      }
      return create(content);
    } catch (StepException trouble) {
      tools.reads().forgetTokens(group);
      // An answer that was lost proves nothing: the Secret may hold the token, so it must live.
      boolean isRefused =
          trouble.reason() == Reason.SECRET_UPDATE_FAILED || trouble instanceof RejectedException;
      if (!isRefused && !cameTooLate()) {
        throw trouble;
      }
      StepException told = notPublished(issued, trouble);
      abandonQuietly(issued, told);
      throw told;
    }
  }

  /** Empty also if the Project went away while this process stood still in the middle of it. */
  private Optional<PullSecret> create(PullSecretContent content) throws StepException {
    Optional<PullSecret> created = tools.cluster().createPullSecret(view.project(), content);
    return cameTooLate() ? Optional.empty() : created;
  }

  /**
   * Nothing tells a create that its Project was released meanwhile. Who lost the lease over it
   * asks, and takes back what it made for a Project that is gone.
   */
  private boolean cameTooLate() throws StepException {
    Project project = view.project();
    if (tools.lease().isHeld() || tools.cluster().isWanted(project)) {
      return false;
    }
    Optional<PullSecret> left =
        tools
            .cluster()
            .pullSecret(namespace)
            .filter(seen -> PullTokenLook.isMarkedFor(project, seen));
    if (left.isPresent()) {
      tools.cluster().deletePullSecret(left.get());
    }
    return true;
  }

  private StepException notPublished(Issuance.Issued issued, StepException trouble) {
    if (trouble instanceof RejectedException) {
      return trouble;
    }
    return new RetryableException(
        Reason.SECRET_UPDATE_FAILED,
        "Token %d was issued but %s %s %d is revoked."
            .formatted(issued.id(), inTheMiddle(trouble.sentence()), oldOne(), issued.id()));
  }

  private static String inTheMiddle(String sentence) {
    return sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
  }

  private void abandonQuietly(Issuance.Issued issued, StepException because) {
    try {
      abandon(issued);
    } catch (StepException orphaned) {
      // The next look finds it in the list and revokes it.
      because.addSuppressed(orphaned);
    }
  }

  /**
   * Revokes a token that was just made and could not be published; lists are read anew after this.
   */
  private void abandon(Issuance.Issued issued) throws StepException {
    tools.reads().forgetTokens(group);
    revoke(issued.id());
  }

  /**
   * The one place that revokes. A live read of the Secret comes first: what it holds is never
   * revoked, whatever anybody believed a moment ago. False if it holds this token, or if GitLab
   * refuses: the next plan leaves it alone.
   */
  private boolean revoke(long tokenId) throws StepException {
    OptionalLong published =
        tools
            .cluster()
            .pullSecret(namespace)
            .map(secret -> TokenNotes.of(secret.annotations()).id())
            .orElseGet(OptionalLong::empty);
    if (published.isPresent() && published.getAsLong() == tokenId) {
      return false;
    }
    try {
      tools.gitlab().revokeToken(group, tokenId);
    } catch (RejectedException refused) {
      if (refused.reason() != Reason.ACCESS_DENIED) {
        throw refused;
      }
      LOG.warnf("token %d is not revoked: %s", tokenId, refused.sentence());
      tools.unrevoked().add(tokenId);
      return false;
    }
    tools.reads().revoked(group, tokenId);
    view = view.with(view.ours().stream().filter(token -> token.id() != tokenId).toList());
    return true;
  }

  private Outcome replanned(Holdings held) throws StepException {
    tools.reads().forgetTokens(group);
    return new Outcome.Replanned(replan.plan(held));
  }
}
