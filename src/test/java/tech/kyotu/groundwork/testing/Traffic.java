package tech.kyotu.groundwork.testing;

/**
 * What a repository was asked over HTTP since it is served. Requests without the right credentials
 * are not among it.
 *
 * @param listings requests for the refs, before a fetch or a push
 * @param fetches packs sent
 * @param pushesAccepted refs moved
 * @param pushesRefused refs not moved: by the judge, or because the race was lost
 * @param bytesIn bytes of request bodies
 * @param bytesOut bytes of response bodies
 */
public record Traffic(
    long listings,
    long fetches,
    long pushesAccepted,
    long pushesRefused,
    long bytesIn,
    long bytesOut) {

  /** What was added since an earlier look. */
  public Traffic since(Traffic earlier) {
    return new Traffic(
        listings - earlier.listings,
        fetches - earlier.fetches,
        pushesAccepted - earlier.pushesAccepted,
        pushesRefused - earlier.pushesRefused,
        bytesIn - earlier.bytesIn,
        bytesOut - earlier.bytesOut);
  }
}
