package tech.kyotu.groundwork.gitlab.simulator;

/**
 * Behaviour of GitLab 18 that is not confirmed, or that differs between servers. Off is what we
 * take to be the usual answer; on is the other form that clients have to live with as well.
 */
public enum Switch {
  /** A refused group path is written {@code {path: [...]}} instead of {@code {:path=>[...]}}. */
  PLAIN_PATH_ERRORS,
  /** A revoked or expired token gets the plain 401 of an unknown one. */
  PLAIN_DEAD_TOKENS,
  /** Tokens come without {@code granular}, {@code resource_type} and {@code resource_id}. */
  OLDER_TOKEN_FIELDS,
  /** A missing token is "404 Not found", without its id. */
  SHORT_TOKEN_NOT_FOUND,
  /** Tokens may live 400 days instead of 365. */
  LIFETIME_OF_400_DAYS,
  /** A token created without a date never expires. */
  NO_DEFAULT_EXPIRY,
  /** A revoked token and its bot vanish at once, as before release 17.9. */
  BOTS_GO_AT_ONCE,
  /** A bot that lost its membership still logs in to the registry; pulls fail all the same. */
  STRAY_BOTS_LOG_IN,
  /** Guests (level 10) may pull. */
  GUESTS_PULL,
  /** Errors of the registry's token service are plain messages, without the error envelope. */
  PLAIN_REGISTRY_ERRORS,
  /** Top-level groups are refused to everybody, as on the public service. */
  NO_TOP_LEVEL_GROUPS,
  /** Maintainers may create subgroups. */
  MAINTAINERS_CREATE_SUBGROUPS,
  /** Words that bar projects bar subgroups too, as on older servers. */
  RESERVED_SUBGROUPS,
  /** Group paths are looked up with regard to case. */
  CASE_MATTERS,
  /** A group marked for deletion gets another path, so that its own is free again. */
  MARKED_GROUPS_RENAMED,
  /** A missing route is told in the message form, as other refusals are. */
  NO_ROUTE_IN_MESSAGE,
  /** A refusal for want of a scope comes without its description. */
  TERSE_SCOPE_ERRORS,
  /** Groups come without {@code archived} and {@code marked_for_deletion_on}. */
  OLDER_GROUP_FIELDS,
  /** Lists tell of other pages in {@code Link} alone, without the {@code x-} headers. */
  LINKS_ALONE,
  /** The limit of a single endpoint is told in a string instead of an object. */
  PLAIN_LIMIT_ERRORS,
  /** Sharing a group a second time with the same one is a 400 instead of a 409. */
  SHARED_TWICE_IS_BAD_REQUEST,
  /** A login to the registry is good for fifteen minutes instead of five; a setting in GitLab. */
  LONG_REGISTRY_LOGINS,
  /** The server is a paid edition: links to groups of an identity provider exist. */
  PAID_EDITION
}
