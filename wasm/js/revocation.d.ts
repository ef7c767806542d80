import type { License, LicenseError, Verifier } from "./index.js";

/**
 * A Token Status List (draft-ietf-oauth-status-list-21): what an issuer says of
 * its licenses. Only {@link StatusList.read} makes one; it is frozen. Keep its
 * text, for restarts offline.
 */
export class StatusList {
  private constructor();

  /**
   * Reads a list as it was fetched: its form and its signature, by a key of the
   * verifier. Whether it is of age is asked when a license is judged by it.
   *
   * @throws {LicenseError} `STATUS_LIST_MALFORMED`, or as of a license.
   */
  static read(verifier: Verifier, text: string): StatusList;

  /** Where it is to be had, which licenses name it by. */
  readonly uri: string;
  /** The issuer's key fingerprint; `null` where the list does not tell it. */
  readonly issuer: string | null;
  /** When it was made. */
  readonly issuedAt: Date;
  /** From when on it must not be relied on, if ever. */
  readonly expiresAt: Date | null;
  /** After how many seconds a newer one should be fetched, if it says so. */
  readonly secondsToLive: number | null;

  /**
   * What it says of the token at this index: 0 valid, 1 revoked, 2 suspended,
   * others as issuers please; `null` if it is not that long.
   */
  status(index: number): number | null;
}

/** What {@link Revocation} needs. */
export interface RevocationOptions {
  /**
   * Lists at hand, of any number of licenses; none where none could be fetched
   * yet. Of several of one address the newest counts, and only a list of the
   * license's own issuer, or one that names none.
   */
  readonly lists: readonly StatusList[];
  /**
   * After how many seconds a list is stale, counted from when it was made. Left
   * out: when it says so itself, at its end, or without one after its seconds
   * to live.
   */
  readonly maxAge?: number;
  /**
   * What becomes of a license whose list is stale or missing: `refuse`, if left
   * out, or `accept`. A stale list can revoke all the same.
   */
  readonly whenStale?: "refuse" | "accept";
}

/** How a license that is not refused stands. */
export interface Standing {
  /**
   * `valid`, as a list says; `unknown`, as no list tells and such licenses are
   * accepted; `not listed` for a license that cannot be revoked.
   */
  readonly status: "valid" | "unknown" | "not listed";
  /** When the list was made that says so. */
  readonly asOf: Date | null;
  /** Whether that is too long ago. */
  readonly isStale: boolean;
}

/** Asks lists about licenses: an option of {@link Verifier.verify}, or by itself. */
export class Revocation {
  /** @throws {LicenseError} `ARGUMENT_INVALID`. */
  constructor(options: RevocationOptions);

  /**
   * How a verified license stands at a time, the system's if left out.
   *
   * @throws {LicenseError} `REVOKED`, `SUSPENDED`, `STATUS_UNKNOWN`, and, unless
   * they are to be accepted, `STATUS_MISSING` and `STATUS_STALE`.
   */
  judge(license: License, options?: { readonly now?: Date | number }): Standing;
}

/**
 * Fetches and reads the list that a license names; `null` where it names none.
 * Other options than `fetch`, which replaces the global one, and `timeout` go to
 * it. It follows redirects and sends no cookies, unless these say otherwise, and
 * reads no more than the longest list.
 *
 * @throws {LicenseError} `SERVICE_UNREACHABLE`, also after the timeout, or as
 * {@link StatusList.read}; `ARGUMENT_INVALID`.
 */
export function fetchStatusList(
  verifier: Verifier,
  license: License,
  options?: {
    readonly fetch?: (url: string, request: any) => Promise<any>;
    /** For how many seconds the list is waited for; 10 if left out. */
    readonly timeout?: number;
    readonly [option: string]: unknown;
  },
): Promise<StatusList | null>;

export { LicenseError } from "./index.js";
