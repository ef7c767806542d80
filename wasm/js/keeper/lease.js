/** Of a lease's time, the shares between which it is renewed: by chance, so that many do not ask at once. */
const RENEWAL = [0.5, 0.75];
/** And the share after which the app is told that renewing does not succeed. */
const ALARM = 0.9;

/** A license that is held for a time. Times are milliseconds since 1970. */
export class Lease {
  constructor({ license, token, since, returned = Infinity }, random) {
    this.license = license;
    this.token = token;
    this.since = since;
    /** The end: as signed, or earlier where the seat may have been given back. */
    this.end = Math.min(license.expiresAt?.getTime() ?? Infinity, returned);
    const [earliest, latest] = RENEWAL;
    this.renewAt = this.#at(earliest + random() * (latest - earliest));
    this.alarmAt = this.#at(ALARM);
    Object.freeze(this);
  }

  /** Whether it lasts longer, or as long and was renewed later: not every renewal moves the end. */
  isNewerThan({ end, since }) {
    return this.end > end || (this.end === end && this.since > since);
  }

  #at(share) {
    return this.end === Infinity ? Infinity : this.since + share * (this.end - this.since);
  }
}

/**
 * The license of a token that was kept. Of one that ended within the last
 * `grace` milliseconds, the license as it was.
 */
export function kept(verifier, token, { expect, grace }, now) {
  try {
    return verifier.verify(token, { ...expect, now });
  } catch (error) {
    if (error.code !== "EXPIRED" || now >= error.evidence.expiredAt.getTime() + grace) throw error;
    // A `Clock` has judged the time just now, and would take this one for set back.
    const { clock: _, ...others } = expect;
    return verifier.verify(token, { ...others, now: error.evidence.expiredAt.getTime() - 1 });
  }
}
