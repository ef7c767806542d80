import { misuse } from "../error.js";
import { given } from "../given.js";
import { StatusList } from "./list.js";
import { refusal } from "./refusal.js";

const OPTIONS = ["lists", "maxAge", "whenStale"];

/** What lists say of licenses: see `revocation.d.ts`. The rules are the core's, `core/src/token/status/judge.rs`. */
export class Revocation {
  static name = "Revocation";

  #lists;
  #maxAge;
  #accepts;

  constructor(options) {
    const { lists, maxAge = null, whenStale = "refuse" } = given(options, OPTIONS);
    if (!Array.isArray(lists) || !lists.every((list) => list instanceof StatusList)) {
      throw misuse("`lists` must be an array of what `StatusList.read` made; an empty one where there is none yet");
    }
    if (maxAge !== null && !(Number.isSafeInteger(maxAge) && maxAge >= 0)) {
      throw misuse("`maxAge` must be a whole number of seconds");
    }
    if (whenStale !== "refuse" && whenStale !== "accept") {
      throw misuse("`whenStale` must be `refuse` or `accept`");
    }
    this.#lists = [...lists];
    this.#maxAge = maxAge;
    this.#accepts = whenStale === "accept";
    Object.freeze(this);
  }

  judge(license, { now = Date.now() } = {}) {
    // Not of just anything: `Number(null)` is 1970, when no list was stale.
    const time = now instanceof Date || typeof now === "number" ? Math.floor(Number(now) / 1000) : NaN;
    if (typeof license?.licenseArn !== "string" || !Number.isFinite(time)) {
      throw misuse("a license is judged as `Verifier.verify` answered it, by a valid time");
    }
    if (license.status === null) {
      return standing("not listed");
    }
    const { uri, index } = license.status;
    const list = this.#newest(uri, license.issuer);
    const status = list?.status(index) ?? null;
    if (status === null) {
      if (this.#accepts) {
        return standing("unknown");
      }
      throw refusal("STATUS_MISSING", { uri, index });
    }
    refuse(status, { uri, index });
    const end = this.#goodUntil(list);
    const isStale = end <= time;
    if (isStale && !this.#accepts) {
      throw refusal("STATUS_STALE", { uri, since: new Date(end * 1000), now: new Date(time * 1000) });
    }
    return standing("valid", list.issuedAt, isStale);
  }

  /** Only lists of the license's own issuer are listened to, or of nobody: then the keys tell. */
  #newest(uri, issuer) {
    const isBy = (list) => list.issuer === null || list.issuer === issuer;
    const those = this.#lists.filter((list) => list.uri === uri && isBy(list));
    return those.reduce((newest, list) => (newest && newest.issuedAt > list.issuedAt ? newest : list), undefined);
  }

  /** In seconds since 1970. */
  #goodUntil(list) {
    const seconds = (time) => time.getTime() / 1000;
    const after = (life) => seconds(list.issuedAt) + life;
    const end = list.expiresAt === null ? Infinity : seconds(list.expiresAt);
    if (this.#maxAge !== null) {
      return Math.min(after(this.#maxAge), end);
    }
    return end === Infinity && list.secondsToLive !== null ? after(list.secondsToLive) : end;
  }
}

function refuse(status, place) {
  switch (status) {
    case 0:
      return;
    case 1:
      throw refusal("REVOKED", place);
    case 2:
      throw refusal("SUSPENDED", place);
    default:
      throw refusal("STATUS_UNKNOWN", { status });
  }
}

const standing = (status, asOf = null, isStale = false) => Object.freeze({ status, asOf, isStale });
