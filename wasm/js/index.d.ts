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

/** What {@link Verifier.create} needs. */
export interface VerifierOptions {
  /**
   * The issuers' public keys, as objects or as JSON text. Ship them with the
   * application: whoever can exchange the keys can forge licenses. A private
   * key is refused.
   */
  readonly keys: JwkSet | Jwk | readonly Jwk[] | string;
}

/** What {@link Verifier.verify} expects of a token besides a good signature. */
export interface VerifyOptions {
  /**
   * The time to judge by: a Date or milliseconds since 1970. The system's
   * clock if left out.
   */
  readonly now?: Date | number;
  /**
   * The node this application runs on. A token that is locked to another node,
   * or to none, is refused. Leave it out to accept any node; an option that is
   * there but `undefined` is an error, since the identity of the node
   * could evidently not be read.
   */
  readonly nodeId?: string;
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
  /** The node the checkout is locked to, if any. */
  readonly nodeId: string | null;
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
   * Verifies a signed token: its form, its signature, then its time and node.
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
  /** The token names another algorithm than its key is for. */
  ALGORITHM_MISMATCH: { readonly tokenAlgorithm: string; readonly keyAlgorithm: string };
  /** The token was changed, or another key signed it. */
  SIGNATURE_INVALID: {};
  /** Signed, but not the claims of a license; `null`: no claims at all. */
  CLAIMS_MALFORMED: { readonly claim: string | null };
  /** The token starts in the future, or the clock is behind. */
  NOT_YET_VALID: { readonly validFrom: Date; readonly now: Date };
  /** The token has ended. */
  EXPIRED: { readonly expiredAt: Date; readonly now: Date };
  /** The token is locked to another node, or to none (`null`). */
  NODE_MISMATCH: { readonly expectedNodeId: string; readonly nodeId: string | null };
  /** The keys cannot be used; the reason is a stable code of its own. */
  KEYS_INVALID: {
    readonly reason: KeysInvalidReason;
    /** With `KEY_INVALID`: the key's `kid`, `null` if it has none. */
    readonly keyId?: string | null;
    /** With `KEYS_TOO_LARGE`: the length found. */
    readonly bytes?: number;
    /** With `KEYS_TOO_LARGE` the length allowed, with `KEYS_TOO_MANY` the number. */
    readonly limit?: number;
  };
  /** The time given lies before 1970 or after 9999. */
  CLOCK_OUT_OF_RANGE: {};
  /** A call with an argument of the wrong type or range. */
  ARGUMENT_INVALID: {};
  /** Of the keeper: the service could not be reached, or could not answer now. */
  SERVICE_UNREACHABLE: { readonly operation: string };
  /** Of the keeper: the service said no, with this exception. */
  SERVICE_REFUSED: { readonly operation: string; readonly exception: string };
  /** Of the keeper: the service checked out without a signed token. */
  SIGNED_TOKEN_MISSING: {};
  /** Of the keeper and the seats: a store that others hold too long. */
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
}

/** Why keys cannot be used. */
export type KeysInvalidReason =
  | "KEYS_TOO_LARGE"
  | "KEYS_MALFORMED"
  | "KEY_PRIVATE"
  | "KEY_INVALID"
  | "KEYS_TOO_MANY"
  | "KEYS_NONE_USABLE";

/** The kind of a {@link LicenseError}; never changes, unlike its message. */
export type LicenseErrorCode = keyof LicenseErrorEvidence;

/** The one class of everything this package throws. */
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
 * Everything this package throws. Branching on `code` narrows `evidence`.
 */
export type LicenseError = { [Code in LicenseErrorCode]: AnyLicenseError<Code> }[LicenseErrorCode];

/** The class, for `instanceof`. */
export const LicenseError: {
  /** What every error of this class inherits. */
  readonly prototype: LicenseError;
  /** What `instanceof` asks. */
  [Symbol.hasInstance](value: unknown): value is LicenseError;
};
