package tech.kyotu.groundwork.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tech.kyotu.groundwork.api.EnvironmentType;
import tech.kyotu.groundwork.api.Mode;

/**
 * Everything that can be set. Secrets are never values here but files, read again whenever they are
 * used.
 */
@ConfigMapping(prefix = "groundwork")
public interface GroundworkConfig {

  /**
   * Tells clusters that share a GitLab apart, a DNS label. Default: first 8 characters of the UID
   * of kube-system.
   */
  Optional<String> clusterId();

  GitLab gitlab();

  Registry registry();

  Git git();

  Shared shared();

  Flux flux();

  Argo argo();

  Applied applied();

  Vault vault();

  Kubernetes kubernetes();

  Deletion deletion();

  Retry retry();

  Links links();

  Takeover takeover();

  /**
   * Plan makes a start in which every Project is only planned, its deletion too; Apply leaves it to
   * spec.mode.
   */
  @WithDefault("Apply")
  Mode mode();

  /** How a system is reached. */
  interface Connection {
    /** PEM file with the authorities that may vouch for the server, beside those of the system. */
    Optional<Path> caFile();

    /** HTTP proxy on the way to the server, for example http://proxy:3128. */
    Optional<URI> proxy();
  }

  interface GitLab extends Connection {
    /** Address of GitLab, for example https://gitlab.example.com. */
    URI url();

    /** File with the operator's own token: scope api, Owner of the parent group. */
    Path tokenFile();

    /** Full path of the group below which the projects' groups live. Empty: top level. */
    Optional<String> parent();

    /** Life of a pull token; GitLab counts whole days. */
    @WithDefault("60d")
    Duration tokenLifetime();

    /** How long the old token lives after a new one was published. */
    @WithDefault("24h")
    Duration tokenGrace();

    /** Calls a minute to GitLab, for all Projects together, until its headers say otherwise. */
    @WithDefault("600")
    int requestsPerMinute();

    /** How often a settled Project's token list is read, at least. */
    @WithDefault("10m")
    Duration checkInterval();

    /** Whether a top-level group that we did not make may be used, where no parent is set. */
    @WithDefault("false")
    boolean useExistingTopLevelGroups();

    /**
     * Full paths of groups that no Project may use, beside those the operator's own repositories
     * live in.
     */
    Optional<Set<String>> protectedGroups();
  }

  interface Registry extends Connection {
    /** Host and, if need be, port of the image registry, as it stands in image names. */
    String host();

    /** Hosts beside GitLab's that may ask for the login of a pull token. */
    Optional<Set<String>> realmHosts();

    /** Which ServiceAccounts get the pull secret attached: default, labelled or none. */
    @WithDefault("default")
    Attach attach();
  }

  /** Which ServiceAccounts get the pull secret. */
  enum Attach {
    /** The one named default, which pods use that name none. */
    DEFAULT,
    /** Those labelled kyotu.tech/pull-secret: attach. */
    LABELLED,
    /** None. */
    NONE
  }

  interface Git {
    Repository flux();

    Repository deployment();

    /** Where rights live: per-project (a file each) or shared (two files of all). */
    @WithDefault("per-project")
    Layout layout();

    /** Least time between the starts of two pushes to a repository. */
    @WithDefault("1s")
    Duration pushInterval();

    /** How often the tip of the branch is asked for. */
    @WithDefault("60s")
    Duration tipInterval();

    /** How old a confirmed tip may be when a step calls its files in place. */
    @WithDefault("90s")
    Duration tipMaxAge();

    /** Name of author and committer. */
    @WithDefault("Groundwork")
    String authorName();

    /** Address of author and committer. */
    @WithDefault("groundwork@localhost")
    String authorEmail();

    /** Whether http:// without TLS is allowed. For test installations. */
    @WithDefault("false")
    boolean allowPlainHttp();

    /**
     * Whether a repository without any ref, new or emptied, gets its template as a first commit.
     */
    @WithDefault("false")
    boolean bootstrap();

    /** Above this a clone is made anew, once it has grown by a quarter of it. */
    @WithDefault("2G")
    MemorySize cloneMaxSize();

    /** Folder for the bare clones; emptied at start. */
    @WithDefault("${java.io.tmpdir}/groundwork-clones")
    Path cloneFolder();

    /** Folder that holds flux-repo-template/ and argocd-templates/. */
    @WithDefault(".")
    Path templateFolder();
  }

  /** How rights are laid out in the repositories. */
  enum Layout {
    PER_PROJECT,
    SHARED
  }

  interface Repository extends Connection {
    /** Address: https://, ssh:// or git@host:path (http:// with git.allow-plain-http). */
    @WithConverter(GitAddress.class)
    URI url();

    /** The branch that Flux or Argo CD follow; it must exist. */
    @WithDefault("main")
    String branch();

    /** File with user and token, as user:token; for SSH with a private key, no passphrase. */
    Path credentialFile();

    /** For SSH: file with the server's host keys, as ssh-keyscan prints them. */
    Optional<Path> knownHostsFile();
  }

  /** The two files of all Projects in the Flux repository, in layout shared. */
  interface Shared {
    /** Path of the values from which bank-vaults configures Vault. */
    @WithDefault("namespaces/vault/vault/rbac_values.yaml")
    String vaultValuesFile();

    /** Path of the file that holds the policy of Argo CD. */
    @WithDefault("namespaces/argocd/argocd-operator/rbac.yaml")
    String argoPolicyFile();

    /** Where in that file the policy stands, a JSON pointer. Empty: it is searched. */
    Optional<String> argoPolicyNode();

    /** Names, such as shop-dev, that no Project has and whose entries are to go. */
    Optional<Set<String>> forget();
  }

  interface Flux {
    /**
     * ClusterRole of the developers by environment; default edit for dev, qa, test and view for
     * stage, prod.
     */
    Map<EnvironmentType, String> role();

    /** Whether namespaces get a SecretStore vault for External Secrets. Needs vault.address. */
    @WithDefault("false")
    boolean secretStore();

    /** ResourceQuota by environment, as kubectl create quota takes it: pods=50,requests.cpu=8. */
    Map<EnvironmentType, String> quota();

    /**
     * What containers get that name none, by environment: requests.cpu=100m,limits.memory=512Mi
     * makes a LimitRange.
     */
    Map<EnvironmentType, String> containerDefaults();

    /** Whether pods reach, and are reached from, their own namespace and DNS alone. */
    @WithDefault("false")
    boolean defaultDeny();

    /** Whether deletion waits until Flux has applied the removal. */
    @WithDefault("true")
    boolean follow();
  }

  interface Argo {
    /** Namespace of Argo CD. */
    @WithDefault("argocd")
    String namespace();

    /** Address of the deployment repository as Argo CD reaches it. Default: git.deployment.url. */
    Optional<URI> repositoryUrl();

    /** Repositories beside the deployment repository that Applications may use. */
    Optional<Set<String>> extraSourceRepos();

    /** Whether Applications may use the repositories directly in the project's GitLab group. */
    @WithDefault("false")
    boolean groupSource();

    /**
     * Whether each folder manifests/&lt;name&gt;/&lt;application&gt;/configs is an Application too.
     */
    @WithDefault("false")
    boolean configsSet();

    /**
     * How Applications are called: project-folder (shop-dev-web) or folder-project (web-shop-dev),
     * as the older operator did.
     */
    @WithDefault("project-folder")
    ApplicationNames applicationNames();

    /** Whether a new folder below manifests/ gets a README.md, written once. */
    @WithDefault("false")
    boolean manifestsReadme();

    /**
     * What developers may do in layout shared: usual (also change and open a shell) or narrow (as
     * in layout per-project).
     */
    @WithDefault("usual")
    Rights rights();

    /** Environments whose developers may open a shell in their pods. */
    Optional<Set<EnvironmentType>> execEnvironments();

    /** Whether developers may change their Applications; it lets them rewrite the source. */
    @WithDefault("false")
    boolean allowUpdate();

    /** Whether deletion looks at Argo CD's own objects before it goes on. */
    @WithDefault("true")
    boolean follow();

    /** How long each phase of a deletion waits where Argo CD cannot be looked at. */
    @WithDefault("10m")
    Duration blindWait();

    /** Whether the developers' files below manifests/ are removed with the Project. */
    @WithDefault("false")
    boolean removeManifests();
  }

  /** How the Application of a folder is called. */
  enum ApplicationNames {
    PROJECT_FOLDER,
    FOLDER_PROJECT
  }

  /** The condition Applied. */
  interface Applied {
    /**
     * Whether a condition Applied tells that Flux and Argo CD have followed. Do not let one waiting
     * Kustomization deliver Projects and what Groundwork commits.
     */
    @WithDefault("false")
    boolean enabled();
  }

  /** What developers may do in Argo CD, in layout shared. */
  enum Rights {
    /** Get, sync, update, logs, exec: what installations of this layout give. */
    USUAL,
    /** As in layout per-project. */
    NARROW
  }

  interface Vault extends Connection {
    /** Address of Vault. Empty: no Vault, and the step says so. */
    Optional<URI> address();

    /** File with a Vault token, in place of a login; for test installations. */
    Optional<Path> tokenFile();

    /** Path of the Kubernetes auth method. */
    @WithDefault("kubernetes")
    String authMount();

    /** Role by which the operator logs in. */
    @WithDefault("groundwork")
    String role();

    /** The operator's own ServiceAccount token, for audience vault. */
    @WithDefault("/var/run/secrets/groundwork/vault-token")
    Path jwtFile();

    /** Path of the auth method by which people log in. */
    @WithDefault("oidc")
    String oidcMount();

    /** Path of the key/value engine. */
    @WithDefault("secret")
    String mount();

    /** Version of the key/value engine, 1 or 2. */
    @WithDefault("2")
    int kvVersion();

    /** Whether the folder is named as the Project (dash) or with _ in place of - (underscore). */
    @WithDefault("dash")
    KeyStyle keyStyle();

    /** Audience of the pods' tokens. The API server must not accept it itself. */
    @WithDefault("vault")
    String audience();

    /** Time between two looks at what there is in Vault at all: three lists, for all Projects. */
    @WithDefault("10m")
    Duration sweepInterval();

    /** ServiceAccounts of a Project's namespace that may log in. */
    @WithDefault("vault-reader")
    Set<String> serviceAccounts();

    /** Whether pods may write secrets too. */
    @WithDefault("false")
    boolean podsWrite();

    /** Environments whose people may destroy secrets for good. */
    @WithDefault("dev,qa,test")
    Set<EnvironmentType> destroyEnvironments();

    /** Project names whose folder may be claimed although it holds secrets without a mark. */
    Optional<Set<String>> adoptUnmarked();
  }

  /** How a Project's folder in Vault is named. */
  enum KeyStyle {
    DASH,
    UNDERSCORE
  }

  interface Kubernetes {
    /** Project ids and names that no Project may have, beside those every cluster reserves. */
    Optional<Set<String>> reservedNames();

    /** Mail domains that a googleGroup may have. Empty: any. */
    Optional<Set<String>> allowedDomains();

    /** The operator's own namespace. */
    @WithDefault("groundwork-system")
    String operatorNamespace();
  }

  interface Deletion {
    /**
     * How many Projects may be marked for deletion within a minute; more wait until a person
     * confirms.
     */
    @WithDefault("10")
    int brake();
  }

  interface Retry {
    /** How long until something that only a person can mend is tried again. */
    @WithDefault("10m")
    Duration rejected();

    /** Longest time between two tries of what may pass by itself. */
    @WithDefault("60s")
    Duration longest();

    /** How often a settled Project is looked at; jittered by up to a quarter. */
    @WithDefault("60m")
    Duration regularLook();
  }

  /** The move from the older operator. */
  interface Takeover {
    /**
     * Whether what the older operator made is taken over as if Groundwork had: namespaces, pull
     * secrets and their tokens, and Applications under other names.
     */
    @WithDefault("false")
    boolean olderOperator();

    /**
     * The older operator's Deployment, as namespace/name: nothing is done to any Project while it
     * runs. Needs the Role src/main/kubernetes/takeover/role.yaml.
     */
    Optional<String> deployment();
  }

  interface Links {
    /** Address of Argo CD for people. */
    Optional<URI> argocd();

    /** Address of Vault for people. */
    Optional<URI> vault();
  }
}
