import type { Clock } from "./clock.js";
import type { ThisNode } from "./node-lock.js";
import type { Revocation } from "./revocation.js";

/**
 * A signature algorithm besides ES256, to be brought along: `ps384` of
 * `@licentia/verifier/ps384` and the like.
 */
export interface Algorithm {
  /** Its name in a token's header, `alg`. */
  readonly name: string;
}

/** A public key as a JSON Web Key (RFC 7517): `kty` EC, `crv` P-256 for ES256. */
export interface Jwk {
  /** The kind of key. */
  readonly kty: string;
  readonly [member: string]: unknown;
}

/** A JSON Web Key Set (RFC 7517 section 5), as the service publishes it. */
export interface JwkSet {
  /** Those of other kinds or for other uses are passed over. */
  readonly keys: readonly Jwk[];
}

/**
 * Public keys: a JWK Set, a JWK or an array of JWKs, as objects or as JSON text.
 * A private key is refused. `@licentia/verifier/pem` makes them of PEM and DER.
 */
export type Keys = JwkSet | Jwk | readonly Jwk[] | string;

/** An issuer and its keys. */
export interface Issuer {
  /** The issuer's key fingerprint, as its tokens name it in `iss`. */
  readonly issuer: string;
  /** Its keys: they verify no token of another issuer, or of none. */
  readonly keys: Keys;
}

/**
 * What {@link Verifier.create} needs: `keys` or `issuers`. Ship them with the
 * application: whoever can exchange the keys can forge licenses.
 */
export type VerifierOptions = {
  /**
   * The algorithms besides ES256 that tokens may be signed with. A key decides
   * which of them it is for, never the token.
   */
  readonly algorithms?: readonly Algorithm[];
} & (
  | {
      /** Keys that are bound to no issuer. */
      readonly keys: Keys;
      readonly issuers?: never;
    }
  | {
      /**
       * Issuers, each with keys of its own. None of them can sign for another.
       */
      readonly issuers: readonly Issuer[];
      readonly keys?: never;
    }
);

/**
 * What {@link Verifier.verify} expects of a token besides a good signature. An
 * option that is there but `undefined` is an error, save `now`: what was to be
 * checked could evidently not be read.
 */
export interface VerifyOptions {
  /**
   * The time to judge by: a Date or milliseconds since 1970. The system's
   * clock if left out.
   */
  readonly now?: Date | number;
  /**
   * What tells whether that time was set back, from `@licentia/verifier/clock`.
   * Nothing does if left out.
   */
  readonly clock?: Clock;
  /**
   * How many seconds the clock may be off, up to 600: so much earlier a token
   * begins, and so much later it ends. None if left out.
   */
  readonly clockTolerance?: number;
  /** The key fingerprint of the only issuer to take. Any if left out. */
  readonly issuer?: string;
  /** The token's `aud` must name this, or one of these. Any if left out. */
  readonly audience?: string | readonly string[];
  /**
   * The product's SKU, which the service writes into `aud`. Any product if
   * left out.
   */
  readonly product?: string;
  /** The ARN of the only license to take. Any if left out. */
  readonly licenseArn?: string;
  /**
   * The node this application runs on, by its name, or as `thisNode` of
   * `@licentia/verifier/node-lock` tells it by marks of which some may change. A
   * token that is locked to another node, or to none, is refused. Any node if
   * left out.
   */
  readonly nodeId?: string | ThisNode;
  /**
   * What tells whether the license was revoked, from
   * `@licentia/verifier/revocation`. Nothing does if left out.
   */
  readonly revocation?: Pick<Revocation, "judge">;
}

/** The unit an entitlement is counted in; `None` for a feature. */
export type Unit =
  | "Count"
  | "None"
  | "Seconds"
  | "Microseconds"
  | "Milliseconds"
  | "Bytes"
  | "Kilobytes"
  | "Megabytes"
  | "Gigabytes"
  | "Terabytes"
  | "Bits"
  | "Kilobits"
  | "Megabits"
  | "Gigabits"
  | "Terabits"
  | "Percent"
  | "Bytes/Second"
  | "Kilobytes/Second"
  | "Megabytes/Second"
  | "Gigabytes/Second"
  | "Terabytes/Second"
  | "Bits/Second"
  | "Kilobits/Second"
  | "Megabits/Second"
  | "Gigabits/Second"
  | "Terabits/Second"
  | "Count/Second";

/** An entitlement as the checkout granted it. */
export interface Entitlement {
  /** The name; case matters. */
  readonly name: string;
  /** The unit; `None` for a feature. */
  readonly unit: Unit;
  /**
   * The quantity granted, in decimal digits, up to 2^63 - 1; for a feature its
   * free text, or `null` if it has none.
   */
  readonly value: string | null;
}

/**
 * A verified license, as it was at the time it was verified for. Frozen; its
 * questions are answered without WebAssembly and cost nanoseconds. Only
 * {@link Verifier.verify} makes one.
 */
export interface License {
  /** The license that was checked out of. */
  readonly licenseArn: string;
  /** The handle of the checkout, for an early check-in. */
  readonly consumptionToken: string;
  /** The issuer's key fingerprint; `null` where the token does not tell it. */
  readonly issuer: string | null;
  /** Whom it is for: the service names the product, by its SKU. */
  readonly audience: readonly string[];
  /** The node the checkout is locked to, if any. */
  readonly nodeId: string | null;
  /** Where its status stands, if it can be revoked. */
  readonly status: { readonly uri: string; readonly index: number } | null;
  /** When it was checked out. */
  readonly issuedAt: Date;
  /** The first moment at which it is no longer valid; `null` means never. */
  readonly expiresAt: Date | null;
  /** What was checked out, in the token's order; names are unique. */
  readonly entitlements: readonly Entitlement[];
  /** What the caller of the checkout had signed along. Has no prototype. */
  readonly metadata: Readonly<Record<string, string>>;

  /**
   * Whether the entitlement was granted, in whatever quantity.
   *
   * @throws {LicenseError} `ARGUMENT_INVALID` where `name` is no string.
   */
  has(name: string): boolean;

  /**
   * Whether at least this quantity was granted, in exactly this unit. A
   * feature has the unit `None` and no limit.
   *
   * @param quantity A whole number from 1; a bigint past 2^53.
   * @throws {LicenseError} `ARGUMENT_INVALID` where `quantity` is none, or
   * `unit` is none of {@link Unit}.
   */
  allows(name: string, quantity: number | bigint, unit: Unit): boolean;
}

/**
 * Verifies license tokens offline and synchronously. Holds the keys, read
 * once: make one and keep it. Nothing to dispose of.
 */
export class Verifier {
  private constructor();

  /**
   * Reads the keys; the first call compiles the WebAssembly module, a matter
   * of milliseconds.
   *
   * @throws {LicenseError} `KEYS_INVALID`, `ARGUMENT_INVALID`.
   */
  static create(options: VerifierOptions): Verifier;

  /**
   * Verifies a signed token: its form, its signature, its issuer, audience,
   * product and license, then its time and its node.
   *
   * @throws {LicenseError} Why the token is refused; `ARGUMENT_INVALID` or
   * `CLOCK_OUT_OF_RANGE` where the call itself is wrong.
   */
  verify(token: string, options?: VerifyOptions): License;
}

/** What each code of a {@link LicenseError} comes with. */
export interface LicenseErrorEvidence {
  /** The token, or its header, is longer than any license token. */
  TOKEN_TOO_LARGE: { readonly bytes: number; readonly limit: number };
  /** Not three parts of base64url with periods between them. */
  TOKEN_MALFORMED: { readonly part: "token" | "header" | "payload" | "signature" };
  /** The header demands extensions that are not understood. */
  CRITICAL_HEADER: {};
  /** None of the keys is the one the token names. */
  KEY_UNKNOWN: { readonly keyId: string };
  /** The token's key is for an algorithm that was not brought along. */
  ALGORITHM_UNSUPPORTED: { readonly algorithm: string };
  /** The token names another algorithm than its key is for. */
  ALGORITHM_MISMATCH: { readonly tokenAlgorithm: string; readonly keyAlgorithm: string };
  /** The token was changed, or another key signed it. */
  SIGNATURE_INVALID: {};
  /** Signed, but not the claims of a license; `null`: no claims at all. */
  CLAIMS_MALFORMED: { readonly claim: string | null };
  /** The token is of another issuer, or of none, than expected or its key is bound to. */
  ISSUER_MISMATCH: { readonly expectedIssuer: string; readonly issuer: string | null };
  /** The token's `aud` names none of those expected. */
  AUDIENCE_MISMATCH: { readonly expectedAudience: readonly string[]; readonly audience: readonly string[] };
  /** The token's `aud` does not name the product. */
  PRODUCT_MISMATCH: { readonly expectedProduct: string; readonly audience: readonly string[] };
  /** The token is of another license. */
  LICENSE_MISMATCH: { readonly expectedLicenseArn: string; readonly licenseArn: string };
  /** Where a clock is passed: the time lies long before one that has passed. */
  CLOCK_SET_BACK: { readonly seen: Date; readonly now: Date };
  /** The token starts in the future, or the clock is behind. */
  NOT_YET_VALID: { readonly validFrom: Date; readonly now: Date };
  /** The token has ended. */
  EXPIRED: { readonly expiredAt: Date; readonly now: Date };
  /** The token is locked to another node, or to none (`null`). */
  NODE_MISMATCH: { readonly expectedNodeId: string; readonly nodeId: string | null };
  /** The keys cannot be used; the reason is a stable code of its own. */
  KEYS_INVALID: {
    readonly reason: KeysInvalidReason;
    /** With `ALGORITHM_UNSUPPORTED`: which was not brought along. */
    readonly algorithm?: string;
    /** With `KEY_INVALID`: the key's `kid`, `null` if it has none. */
    readonly keyId?: string | null;
    /** With `KEYS_TOO_LARGE`: the length found, as JSON text. */
    readonly bytes?: number;
    /** With `KEYS_TOO_LARGE` the length allowed, with `KEYS_TOO_MANY` the number. */
    readonly limit?: number;
  };
  /** The time given lies before 1970 or after 9999. */
  CLOCK_OUT_OF_RANGE: {};
  /** A call with an argument of the wrong type or range. */
  ARGUMENT_INVALID: {};
  /** Of the clock: its state was changed, or kept under another secret or label. */
  CLOCK_STATE_INVALID: {};
  /** Of revocation: signed, but no status list; `null`: no claims at all. */
  STATUS_LIST_MALFORMED: { readonly claim: string | null };
  /** Of revocation: checked in, or taken back by the issuer. */
  REVOKED: { readonly uri: string; readonly index: number };
  /** Of revocation: not to be used for the time being. */
  SUSPENDED: { readonly uri: string; readonly index: number };
  /** Of revocation: a status that has no meaning here. */
  STATUS_UNKNOWN: { readonly status: number };
  /** Of revocation: no list at hand tells of the license. */
  STATUS_MISSING: { readonly uri: string; readonly index: number };
  /** Of revocation: the list is too old. */
  STATUS_STALE: { readonly uri: string; readonly since: Date; readonly now: Date };
  /** Of the keeper: the service could not be reached, or could not answer now. */
  SERVICE_UNREACHABLE: { readonly operation: string };
  /** Of the keeper: the service said no, with this exception. */
  SERVICE_REFUSED: { readonly operation: string; readonly exception: string };
  /** Of the keeper: the service checked out without a signed token. */
  SIGNED_TOKEN_MISSING: {};
  /** Of the keeper and the seats: a store that fails, with which `cause`, or that others hold too long. */
  STORE_FAILED: {};
  /** Of the seats: the app has no license to hand out seats of. */
  LICENSE_MISSING: {};
  /** Of the seats: the license has no such entitlement, or has it in another unit. */
  SEATS_NOT_BORROWED: { readonly name: string; readonly unit: Unit | null };
  /** Of the seats: others hold too much; quantities in decimal digits. */
  SEATS_EXHAUSTED: {
    readonly name: string;
    readonly unit: Unit;
    readonly borrowed: string;
    readonly left: string;
    /** When the first of the others returns, unless it is kept; `null`: none will. */
    readonly nextAt: Date | null;
  };
  /** Of the seats: what is kept of them is none of theirs. */
  SEATS_STATE_DAMAGED: {};
  /** Of the seats: so many hold one that what is kept would be too long. */
  SEATS_STATE_FULL: {};
}

/** Why keys cannot be used. */
export type KeysInvalidReason =
  | "KEYS_TOO_LARGE"
  | "KEYS_MALFORMED"
  | "KEY_PRIVATE"
  | "KEY_INVALID"
  | "KEYS_TOO_MANY"
  | "KEYS_NONE_USABLE"
  | "ALGORITHM_UNSUPPORTED";

/** The kind of a {@link LicenseError}; never changes, unlike its message. */
export type LicenseErrorCode = keyof LicenseErrorEvidence;

/** The one class of everything that this package refuses. */
declare class AnyLicenseError<Code extends LicenseErrorCode> extends Error {
  private constructor();
  /** Survives minification. */
  readonly name: "LicenseError";
  /** The kind of failure; branch on this. */
  readonly code: Code;
  /** What was found, as far as it helps to tell the user. */
  readonly evidence: LicenseErrorEvidence[Code];
}

/**
 * Everything that this package refuses. Branching on `code` narrows `evidence`.
 */
export type LicenseError = { [Code in LicenseErrorCode]: AnyLicenseError<Code> }[LicenseErrorCode];

/** The class, for `instanceof`. */
export const LicenseError: {
  /** What every error of this class inherits. */
  readonly prototype: LicenseError;
  /** What `instanceof` asks. */
  [Symbol.hasInstance](value: unknown): value is LicenseError;
};
