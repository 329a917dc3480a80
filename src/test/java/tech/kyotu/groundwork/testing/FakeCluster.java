package tech.kyotu.groundwork.testing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import tech.kyotu.groundwork.api.Origin;
import tech.kyotu.groundwork.api.OwnerMark;
import tech.kyotu.groundwork.api.Project;
import tech.kyotu.groundwork.api.ProjectName;
import tech.kyotu.groundwork.kubernetes.Cluster;
import tech.kyotu.groundwork.step.Reason;
import tech.kyotu.groundwork.step.RetryableException;
import tech.kyotu.groundwork.step.StepException;

/**
 * A cluster in memory: resource versions decide who was first, every call is a fault point, and a
 * new namespace has its ServiceAccount at once unless a test says otherwise.
 */
public final class FakeCluster implements Cluster {

  /** The type that a pull secret has. */
  public static final String PULL_SECRET_TYPE = "kubernetes.io/dockerconfigjson";

  private final FaultPoints faults;
  private final Map<String, NamespaceView> namespaces = new TreeMap<>();
  private final Map<String, PullSecret> secrets = new TreeMap<>();
  private final Set<String> serviceAccounts = new HashSet<>();
  private final Set<String> attached = new HashSet<>();
  private final Set<String> served =
      new HashSet<>(
          Set.of("v1 ResourceQuota", "v1 LimitRange", "networking.k8s.io/v1 NetworkPolicy"));
  private final Map<String, Project> projects = new LinkedHashMap<>();
  private final Map<String, AppProjectView> appProjects = new TreeMap<>();
  private final Map<String, List<String>> argoSets = new TreeMap<>();
  private final Map<String, List<ArgoApplication>> argoApplications = new TreeMap<>();
  private final Map<String, String> fluxRevisions = new HashMap<>();
  private boolean serviceAccountsAreLate;
  private boolean namespacesLinger;
  private long version = 100;

  /** An empty cluster. */
  public FakeCluster() {
    this(new FaultPoints());
  }

  /** An empty cluster whose calls are fault points among others. */
  public FakeCluster(FaultPoints faults) {
    this.faults = faults;
  }

  /** The calls so far and the faults to come. */
  public FaultPoints faults() {
    return faults;
  }

  /** The cache knows this Project from now on; one of the same UID is replaced. */
  public synchronized FakeCluster with(Project project) {
    projects.put(project.uid(), project);
    return this;
  }

  /** The Project is gone, and the cache knows. */
  public synchronized void forget(Project project) {
    projects.remove(project.uid());
  }

  /** A namespace that somebody made, without a mark; its ServiceAccount is there. */
  public synchronized FakeCluster withNamespace(String name) {
    put(name, Optional.empty(), Optional.empty(), Map.of());
    serviceAccounts.add(name);
    return this;
  }

  /** The namespace of this Project, as the namespace step makes it. */
  public synchronized FakeCluster withNamespaceOf(Project project) {
    String name = project.name().value();
    put(
        name,
        Optional.of(OwnerMark.of(project)),
        Optional.of(Origin.CREATED),
        OwnerMark.of(project).labels(project.name()));
    serviceAccounts.add(name);
    return this;
  }

  /** New namespaces have no ServiceAccount until {@link #makeServiceAccount}. */
  public synchronized void delayServiceAccounts() {
    serviceAccountsAreLate = true;
    serviceAccounts.clear();
  }

  /** The ServiceAccount of this namespace comes into being. */
  public synchronized void makeServiceAccount(String namespace) {
    serviceAccounts.add(namespace);
  }

  /** Deleted namespaces stay, terminating, until {@link #finishDeletion}. */
  public synchronized void lingerNamespaces() {
    namespacesLinger = true;
  }

  /** A terminating namespace goes, with all in it. */
  public synchronized void finishDeletion(String namespace) {
    namespaces.remove(namespace);
    secrets.remove(namespace);
    serviceAccounts.remove(namespace);
    attached.remove(namespace);
  }

  /** Somebody puts a secret without our mark where the pull secret belongs. */
  public synchronized void putForeignSecret(String namespace, byte[] content, String type) {
    secrets.put(
        namespace,
        new PullSecret(
            namespace,
            uid(),
            next(),
            Optional.empty(),
            Map.of(),
            content,
            type,
            false,
            true,
            false));
  }

  /** The pull secret as the older operator makes it. */
  public synchronized void putOlderOperatorsSecret(String namespace, byte[] content) {
    secrets.put(
        namespace,
        new PullSecret(
            namespace,
            uid(),
            next(),
            Optional.empty(),
            Map.of(),
            content,
            "Opaque",
            false,
            true,
            true));
  }

  /** Somebody puts back an older pull secret, as a restored backup does. */
  public synchronized void restoreSecret(PullSecret older) {
    secrets.put(
        older.namespace(),
        new PullSecret(
            older.namespace(),
            uid(),
            next(),
            older.owner(),
            older.annotations(),
            older.dockerConfigJson(),
            older.type(),
            older.dataIsOurs(),
            older.notesAreOurs(),
            older.isOlderOperators()));
  }

  /** Somebody edits the content by hand. */
  public synchronized void editSecret(String namespace, byte[] content) {
    PullSecret seen = existing(namespace);
    secrets.put(
        namespace,
        new PullSecret(
            namespace,
            seen.uid(),
            next(),
            seen.owner(),
            seen.annotations(),
            content,
            seen.type(),
            false,
            seen.notesAreOurs(),
            seen.isOlderOperators()));
  }

  /** Somebody edits an annotation by hand. */
  public synchronized void annotateSecret(String namespace, String key, String value) {
    PullSecret seen = existing(namespace);
    Map<String, String> annotations = new TreeMap<>(seen.annotations());
    annotations.put(key, value);
    secrets.put(
        namespace,
        new PullSecret(
            namespace,
            seen.uid(),
            next(),
            seen.owner(),
            annotations,
            seen.dockerConfigJson(),
            seen.type(),
            seen.dataIsOurs(),
            seen.notesAreOurs() && !key.startsWith("kyotu.tech/token-"),
            seen.isOlderOperators()));
  }

  /** Somebody deletes the pull secret. */
  public synchronized void loseSecret(String namespace) {
    secrets.remove(namespace);
  }

  /** The pull secret as it is, without a call being counted. */
  public synchronized Optional<PullSecret> secretAtRest(String namespace) {
    return Optional.ofNullable(secrets.get(namespace));
  }

  /** The namespace as it is, without a call being counted. */
  public synchronized Optional<NamespaceView> namespaceAtRest(String name) {
    return Optional.ofNullable(namespaces.get(name));
  }

  @Override
  public synchronized boolean isPullSecretAttached(String namespace) {
    return attached.contains(namespace);
  }

  /** Argo CD has this AppProject. */
  public synchronized void putAppProject(String name) {
    appProjects.put(name, new AppProjectView(name, next(), Optional.empty(), Set.of()));
  }

  /** Somebody asks for the AppProject's deletion; its finalizer holds it. */
  public synchronized void deleteAppProject(String name, Instant when) {
    appProjects.put(name, new AppProjectView(name, next(), Optional.of(when), Set.of()));
  }

  /** Argo CD's AppProject is gone. */
  public synchronized void removeAppProject(String name) {
    appProjects.remove(name);
  }

  /** The ApplicationSets of the Project of this name; none for an empty list. */
  public synchronized void setArgoSets(String name, List<String> sets) {
    argoSets.put(name, List.copyOf(sets));
  }

  /**
   * The Applications of the Project of this name; none for an empty list.
   *
   * @param cascade whether their deletion takes what they deployed
   */
  public synchronized void setArgoApplications(
      String name, boolean cascade, List<String> applications) {
    argoApplications.put(
        name, applications.stream().map(it -> new ArgoApplication(it, cascade, true)).toList());
  }

  /** Flux has applied this revision by this Kustomization. */
  public synchronized void setFluxRevision(String kustomization, String revision) {
    fluxRevisions.put(kustomization, revision);
  }

  @Override
  public synchronized Optional<NamespaceView> knownNamespace(String name) {
    return Optional.ofNullable(namespaces.get(name)).filter(seen -> seen.owner().isPresent());
  }

  @Override
  public synchronized Optional<NamespaceView> namespace(String name) throws StepException {
    return call("getNamespace " + name, () -> Optional.ofNullable(namespaces.get(name)));
  }

  @Override
  public synchronized Optional<NamespaceView> createNamespace(Project project)
      throws StepException {
    String name = project.name().value();
    return call(
        "createNamespace " + name,
        () -> {
          if (namespaces.containsKey(name)) {
            return Optional.empty();
          }
          OwnerMark mark = OwnerMark.of(project);
          if (!serviceAccountsAreLate) {
            serviceAccounts.add(name);
          }
          return Optional.of(
              put(
                  name,
                  Optional.of(mark),
                  Optional.of(Origin.CREATED),
                  mark.labels(project.name())));
        });
  }

  @Override
  public synchronized NamespaceView markNamespace(
      Project project, NamespaceView seen, Origin origin) throws StepException {
    return call(
        "markNamespace " + seen.name(),
        () -> {
          NamespaceView present = namespaces.get(seen.name());
          if (present == null || !present.resourceVersion().equals(seen.resourceVersion())) {
            throw lostRace();
          }
          OwnerMark mark = OwnerMark.of(project);
          Map<String, String> labels = new TreeMap<>(present.labels());
          labels.putAll(mark.labels(project.name()));
          return put(seen.name(), Optional.of(mark), Optional.of(origin), labels);
        });
  }

  @Override
  public synchronized void unmarkNamespace(NamespaceView seen) throws StepException {
    call(
        "unmarkNamespace " + seen.name(),
        () -> {
          Map<String, String> labels = new TreeMap<>(seen.labels());
          labels
              .keySet()
              .removeAll(
                  Set.of(
                      OwnerMark.OWNER_UID,
                      OwnerMark.PROJECT,
                      OwnerMark.ENVIRONMENT,
                      OwnerMark.MANAGED_BY));
          return namespaces.containsKey(seen.name())
              ? put(seen.name(), Optional.empty(), Optional.empty(), labels)
              : seen;
        });
  }

  @Override
  public synchronized void deleteNamespace(NamespaceView seen) throws StepException {
    call(
        "deleteNamespace " + seen.name(),
        () -> {
          NamespaceView present = namespaces.get(seen.name());
          if (present == null || !present.uid().equals(seen.uid())) {
            return seen;
          }
          if (!namespacesLinger) {
            finishDeletion(seen.name());
            return seen;
          }
          NamespaceView going =
              new NamespaceView(
                  present.name(),
                  present.uid(),
                  next(),
                  present.owner(),
                  present.origin(),
                  true,
                  present.labels(),
                  present.createdAt());
          namespaces.put(seen.name(), going);
          return going;
        });
  }

  @Override
  public synchronized String whatBlocks(String namespace) throws StepException {
    return call("whatBlocks " + namespace, () -> "");
  }

  @Override
  public synchronized Optional<PullSecret> pullSecret(String namespace) throws StepException {
    return call("getSecret " + namespace, () -> Optional.ofNullable(secrets.get(namespace)));
  }

  @Override
  public synchronized Optional<PullSecret> createPullSecret(
      Project project, PullSecretContent content) throws StepException {
    String namespace = project.name().value();
    return call(
        "createSecret " + namespace,
        () ->
            secrets.containsKey(namespace)
                ? Optional.empty()
                : Optional.of(written(project, uid(), PULL_SECRET_TYPE, content)));
  }

  @Override
  public synchronized Optional<PullSecret> writePullSecret(
      Project project, PullSecret seen, PullSecretContent content) throws StepException {
    return call(
        "writeSecret " + seen.namespace(),
        () -> {
          PullSecret present = secrets.get(seen.namespace());
          if (present != null && !present.type().equals(PULL_SECRET_TYPE)) {
            throw new RetryableException(
                Reason.SECRET_UPDATE_FAILED, "The shipped admission policy refuses that.");
          }
          return present == null || !present.resourceVersion().equals(seen.resourceVersion())
              ? Optional.empty()
              : Optional.of(written(project, present.uid(), present.type(), content));
        });
  }

  @Override
  public synchronized void deletePullSecret(PullSecret seen) throws StepException {
    call(
        "deleteSecret " + seen.namespace(),
        () -> {
          PullSecret present = secrets.get(seen.namespace());
          if (present != null && present.uid().equals(seen.uid())) {
            secrets.remove(seen.namespace());
          }
          return seen;
        });
  }

  @Override
  public synchronized boolean attachPullSecret(String namespace) throws StepException {
    return call(
        "attach " + namespace,
        () -> {
          boolean there = serviceAccounts.contains(namespace);
          if (there) {
            attached.add(namespace);
          }
          return there;
        });
  }

  @Override
  public synchronized void detachPullSecret(String namespace) throws StepException {
    call("detach " + namespace, () -> attached.remove(namespace));
  }

  @Override
  public synchronized List<Project> projects() {
    return new ArrayList<>(projects.values());
  }

  @Override
  public synchronized boolean isLiving(OwnerMark mark) throws StepException {
    return call("isLiving " + mark.owner(), () -> projects.containsKey(mark.uid()));
  }

  @Override
  public synchronized boolean isWanted(Project project) throws StepException {
    return call(
        "isWanted " + project.ref(),
        () -> {
          Project now = projects.get(project.uid());
          return now != null && !now.isBeingDeleted();
        });
  }

  @Override
  public synchronized List<ArgoApplication> argoApplicationsOf(ProjectName name)
      throws StepException {
    return call(
        "argoApplicationsOf " + name, () -> argoApplications.getOrDefault(name.value(), List.of()));
  }

  @Override
  public synchronized List<String> argoApplicationSetsOf(ProjectName name) throws StepException {
    return call(
        "argoApplicationSetsOf " + name, () -> argoSets.getOrDefault(name.value(), List.of()));
  }

  @Override
  public synchronized Optional<AppProjectView> appProject(ProjectName name) throws StepException {
    return call("appProject " + name, () -> Optional.ofNullable(appProjects.get(name.value())));
  }

  @Override
  public synchronized void touchAppProject(AppProjectView seen, Instant now) throws StepException {
    call(
        "touchAppProject " + seen.name(),
        () -> {
          if (seen.equals(appProjects.get(seen.name()))) {
            deleteAppProject(seen.name(), now);
          }
          return seen;
        });
  }

  @Override
  public synchronized Optional<String> fluxAppliedRevision(String kustomization)
      throws StepException {
    return call("fluxAppliedRevision", () -> Optional.ofNullable(fluxRevisions.get(kustomization)));
  }

  /** Somebody installs, or removes, the CRD of a kind. */
  public synchronized void setServed(String apiVersion, String kind, boolean isServed) {
    if (isServed) {
      served.add(apiVersion + " " + kind);
    } else {
      served.remove(apiVersion + " " + kind);
    }
  }

  @Override
  public synchronized boolean serves(String apiVersion, String kind) throws StepException {
    return call(
        "serves " + apiVersion + " " + kind, () -> served.contains(apiVersion + " " + kind));
  }

  @Override
  public String clusterId() {
    return "c0ffee42";
  }

  private NamespaceView put(
      String name, Optional<OwnerMark> owner, Optional<Origin> origin, Map<String, String> labels) {
    NamespaceView present = namespaces.get(name);
    NamespaceView view =
        new NamespaceView(
            name,
            present == null ? uid() : present.uid(),
            next(),
            owner,
            origin,
            present != null && present.terminating(),
            labels,
            "2026-11-20T12:00:00Z");
    namespaces.put(name, view);
    return view;
  }

  private PullSecret written(Project project, String uid, String type, PullSecretContent content) {
    String namespace = project.name().value();
    OwnerMark mark = OwnerMark.of(project);
    // Labels of others stay on a Secret that is patched.
    boolean isOlderOperators =
        Optional.ofNullable(secrets.get(namespace)).filter(it -> it.isOlderOperators()).isPresent();
    Map<String, String> annotations = new TreeMap<>(content.annotations());
    annotations.putAll(mark.annotations(Origin.CREATED));
    PullSecret secret =
        new PullSecret(
            namespace,
            uid,
            next(),
            Optional.of(mark),
            annotations,
            content.dockerConfigJson().clone(),
            type,
            true,
            true,
            isOlderOperators);
    secrets.put(namespace, secret);
    return secret;
  }

  private PullSecret existing(String namespace) {
    return Optional.ofNullable(secrets.get(namespace)).orElseThrow();
  }

  private static StepException lostRace() {
    return new RetryableException(Reason.REMOTE_UNAVAILABLE, "somebody else was first");
  }

  private String next() {
    version++;
    return Long.toString(version);
  }

  private String uid() {
    version++;
    return new UUID(0, version).toString();
  }

  private interface Body<T> {
    T run() throws StepException;
  }

  private <T> T call(String what, Body<T> body) throws StepException {
    String named = "cluster." + what;
    faults.before(named);
    T answer = body.run();
    faults.after(named);
    return answer;
  }
}
