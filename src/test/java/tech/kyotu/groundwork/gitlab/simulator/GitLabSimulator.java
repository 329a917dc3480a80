package tech.kyotu.groundwork.gitlab.simulator;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A GitLab of release 18 for tests: version, user, groups, group access tokens and the registry's
 * handshake, over HTTP on the loopback interface. It keeps everything in memory.
 *
 * <p>Departures from a real one: projects are not modelled, an image belongs to the deepest group
 * on its path; a rate window starts at a round time; a group marked for deletion and a revoked
 * token vanish 30 days later; memberships and shares never expire; links to an identity provider
 * are kept but give nobody a level; who may see and make deploy tokens is a guess; the ban after
 * failed logins is not by address, as all callers have the same.
 */
public final class GitLabSimulator implements AutoCloseable {
  private static final int THREADS = 48;
  private static final int ADMIN_THREADS = 12;

  private final SimulatedClock clock = new SimulatedClock();
  private final World world = new World(clock);
  private final Rights rights = new Rights(world);
  private final RateLimits limits = new RateLimits();
  private final Faults faults = new Faults();
  private final History history = new History();
  private final HttpPort api;
  private final HttpPort adminPort;
  private final String registryHost;
  private final String adminUrl;
  private final RegistryRoutes registry;
  private final TokenRoutes tokenRoutes;
  private final Router router;
  private final Desk desk;

  private GitLabSimulator(int port, int adminPort) {
    api = new HttpPort("gitlab", port, THREADS);
    this.adminPort = new HttpPort("gitlab-admin", adminPort, ADMIN_THREADS);
    registryHost = "127.0.0.1:" + api.open();
    adminUrl = "http://127.0.0.1:" + this.adminPort.open();
    Rendering rendering = new Rendering(world, url());
    Paging paging = new Paging(world, url());
    registry = new RegistryRoutes(world, rights, limits, url());
    tokenRoutes = new TokenRoutes(world, rights, rendering, paging);
    router = new Router(world);
    new InstanceRoutes(world, rendering).register(router);
    new GroupRoutes(world, rights, rendering, paging).register(router);
    new MemberRoutes(world, rights, rendering, paging).register(router);
    new IdentityLinkRoutes(world, rights, paging).register(router);
    new DeployTokenRoutes(world, rights, paging).register(router);
    tokenRoutes.register(router);
    registry.register(router);
    desk = new Desk(world, router, faults, limits, history);
    Admin admin = new Admin(this, world);
    api.start(new Wire(desk::serve, clock::dateHeader));
    this.adminPort.start(new Wire(admin::serve, clock::dateHeader));
  }

  /** Starts on free ports with an empty world. */
  public static GitLabSimulator start() {
    return start(0, 0);
  }

  /** Starts on the given ports of the loopback interface; 0 takes a free one. */
  public static GitLabSimulator start(int port, int adminPort) {
    return new GitLabSimulator(port, adminPort);
  }

  /** Returns the root of the server, without a slash at the end. */
  public String url() {
    return "http://" + registryHost;
  }

  /** Returns the root of the API, without a slash at the end. */
  public String apiUrl() {
    return url() + "/api/v4";
  }

  /** Returns the root of the admin endpoints, without a slash at the end. */
  public String adminUrl() {
    return adminUrl;
  }

  /** Returns host and port of the registry; it is the server itself, over plain HTTP. */
  public String registryHost() {
    return registryHost;
  }

  /** Returns the server's clock. */
  public SimulatedClock clock() {
    return clock;
  }

  /** Returns the limiters, all off at first. */
  public RateLimits limits() {
    return limits;
  }

  /** Makes every request take the given time before it is looked at. */
  public void latency(Duration time) {
    latency(time, 0);
  }

  /** The same with a lognormal time of the given median; the spread is the logarithm's sigma. */
  public void latency(Duration median, double spread) {
    desk.latency(new Latency(median, spread));
  }

  /** Turns one of the unconfirmed behaviours on or off. */
  public void flip(Switch name, boolean on) {
    seed(() -> world.flip(name, on));
  }

  /** Sets the visibility of groups that are created without one: private, internal or public. */
  public void defaultVisibility(String visibility) {
    seed(() -> world.defaultVisibility(visibility));
  }

  /** Adds an account and returns its id. */
  public long addUser(String username, Right... has) {
    return seed(() -> world.addUser(username, username, Set.of(has), Optional.empty()).id());
  }

  /** Gives a user a personal token that expires in a year. */
  public SeededToken addPersonalToken(String username, String... scopes) {
    return addPersonalToken(username, clock.today().plusDays(365), scopes);
  }

  /** Gives a user a personal token that is dead from the start of the given day in UTC. */
  public SeededToken addPersonalToken(String username, LocalDate expiresOn, String... scopes) {
    return seed(
        () -> {
          Token.Terms terms = Token.Terms.personal(user(username), scopes);
          return SeededToken.of(
              world.addToken(Token.draft(terms, world.now(), Optional.of(expiresOn))));
        });
  }

  /** Adds a private group, and private parents where they are missing, all owned by the user. */
  public long addGroup(String fullPath, String owner) {
    return seed(() -> addPath(fullPath, user(owner)).id());
  }

  private Group addPath(String fullPath, User owner) {
    int slash = fullPath.lastIndexOf('/');
    Optional<Group> parent =
        slash < 0
            ? Optional.empty()
            : world
                .groupByPath(fullPath.substring(0, slash))
                .or(() -> Optional.of(addPath(fullPath.substring(0, slash), owner)));
    String path = fullPath.substring(slash + 1);
    Group.Texts texts = new Group.Texts(path, "", "private");
    return world.addGroup(fullPath, texts, parent.map(Group::id), owner.id());
  }

  /** Makes a user a direct member of a group, with GitLab's number of the level (10 to 50). */
  public void addMember(String groupPath, String username, int level) {
    seed(
        () ->
            world.grant(
                group(groupPath).id(), grants -> grants.withMember(user(username).id(), level)));
  }

  /** Takes a direct member, human or bot, out of a group. */
  public void removeMember(String groupPath, long userId) {
    seed(() -> world.grant(group(groupPath).id(), grants -> grants.withoutMember(userId)));
  }

  /** Adds a group access token with its bot, as an owner would have made it. */
  public SeededToken addGroupToken(
      String groupPath, String name, LocalDate expiresOn, int level, String... scopes) {
    return seed(
        () ->
            SeededToken.of(
                tokenRoutes.addToken(
                    group(groupPath),
                    name,
                    Optional.empty(),
                    List.of(scopes),
                    level,
                    Optional.of(expiresOn))));
  }

  /** Revokes a token, as somebody would in the user interface. */
  public void revokeToken(long id) {
    seed(() -> world.revoke(world.token(id).orElseThrow()));
  }

  /** Adds an image repository, such as {@code platform/shop/web}. */
  public void addImage(String repository) {
    seed(() -> world.images().add(repository));
  }

  /** Returns all tokens of a group that the server still knows, dead ones included, by id. */
  public List<TokenView> tokens(String groupPath) {
    return world.locked(
        () ->
            world
                .tokensOf(group(groupPath).id())
                .map(token -> TokenView.of(token, world.today()))
                .toList());
  }

  /** Returns the tokens of a group that work now, by id. */
  public List<TokenView> liveTokens(String groupPath) {
    return tokens(groupPath).stream().filter(TokenView::active).toList();
  }

  /** Would a pull with this login succeed now? Counts nothing and leaves no trace. */
  public boolean pulls(String user, String password, String repository) {
    return world.locked(() -> registry.pulls(user, password, repository));
  }

  /** Arms a fault; what is returned tells how often it fired. */
  public ArmedFault arm(Fault fault) {
    if (!fault.effect().lag().isZero()) {
      seed(world::keepPast);
    }
    return faults.arm(fault);
  }

  /** Takes back all faults. */
  public void disarm() {
    faults.disarm();
    seed(world::forgetPast);
  }

  /** Every route that is served, those of a switch included. */
  List<RoutePattern> routes() {
    return router.patterns();
  }

  boolean is(Switch name) {
    return world.locked(() -> world.is(name));
  }

  List<ArmedFault> armed() {
    return faults.armed();
  }

  /** Returns every request since the last reset. */
  public List<HistoryEntry> history() {
    return history.after(0);
  }

  /** Returns the requests with a number above the given one. */
  public List<HistoryEntry> historyAfter(long number) {
    return history.after(number);
  }

  /** Empties the world and the history; faults, limits, latency, switches and clock start anew. */
  public void reset() {
    faults.disarm();
    limits.off();
    latency(Duration.ZERO);
    clock.reset();
    world.reset();
    history.clear();
  }

  /** Stops both ports. */
  @Override
  public void close() {
    api.close();
    adminPort.close();
  }

  private Group group(String fullPath) {
    return world.groupByPath(fullPath).orElseThrow();
  }

  private User user(String username) {
    return world.userByName(username).orElseThrow();
  }

  private void seed(Runnable work) {
    seed(
        () -> {
          work.run();
          return true;
        });
  }

  /** What tests put in is nobody's request: its changes must not end in the next one's entry. */
  private <T> T seed(Supplier<T> work) {
    return world.locked(
        () -> {
          T result = work.get();
          var unused = world.takeChanges();
          return result;
        });
  }
}
