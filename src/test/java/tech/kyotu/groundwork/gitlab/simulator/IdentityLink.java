package tech.kyotu.groundwork.gitlab.simulator;

/**
 * A group of an identity provider whose people get a level in a group of GitLab.
 *
 * @param name of the SAML group, or the common name in LDAP
 * @param provider of LDAP, empty for SAML
 */
record IdentityLink(Kind kind, String name, String provider, int level) {
  /** Where the group of people is kept. */
  enum Kind {
    SAML,
    LDAP
  }
}
