/**
 * The verifier for one pinned key, for where every kilobyte counts: ES256, one
 * key, the time, the product and the node. Its errors have the codes and the
 * evidence of the whole verifier, and no more words than that.
 *
 * It stands alone: its `LicenseError` is a class of its own.
 *
 * @module
 */

import type { Jwk, License, LicenseErrorCode, LicenseErrorEvidence } from "./index.js";

/** What {@link Verifier.create} needs. */
export interface SlimVerifierOptions {
  /** The issuer's public key: `kty` EC, `crv` P-256. */
  readonly key: Jwk;
}

/** What {@link Verifier.verify} expects of a token besides a good signature. */
export interface SlimVerifyOptions {
  /**
   * The time to judge by: a Date or milliseconds since 1970. The system's
   * clock if left out.
   */
  readonly now?: Date | number;
  /**
   * The product's SKU, which the service writes into `aud`. Any product if
   * left out.
   */
  readonly product?: string;
  /** The node this application runs on, by its name. Any node if left out. */
  readonly nodeId?: string;
}

/** Verifies license tokens of one pinned key, offline and synchronously. */
export class Verifier {
  private constructor();

  /**
   * Reads the key; the first call compiles the WebAssembly module, a matter of
   * milliseconds.
   *
   * @throws {LicenseError} `KEYS_INVALID`, `ARGUMENT_INVALID`.
   */
  static create(options: SlimVerifierOptions): Verifier;

  /**
   * Verifies a signed token: its form, its signature, its product, then its time
   * and its node.
   *
   * @throws {LicenseError} Why the token is refused; `ARGUMENT_INVALID` or
   * `CLOCK_OUT_OF_RANGE` where the call itself is wrong.
   */
  verify(token: string, options?: SlimVerifyOptions): License;
}

/** Why a token was refused, or a call made wrongly; its message is its code. */
export class LicenseError<Code extends LicenseErrorCode = LicenseErrorCode> extends Error {
  private constructor();
  /** Never changes. */
  readonly code: Code;
  /** What was found. */
  readonly evidence: Code extends keyof LicenseErrorEvidence ? LicenseErrorEvidence[Code] : {};
}
