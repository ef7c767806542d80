/**
 * Keys that are published as PEM or as SubjectPublicKeyInfo in DER, as JWKs.
 *
 * @module
 */

import type { JwkSet } from "./index.js";

/**
 * The keys of PEM text (RFC 7468 section 13), one block or several with nothing
 * but space around them. Blocks that are no public keys, and keys of other
 * kinds, are passed over.
 *
 * @throws {LicenseError} `KEYS_INVALID`; above all where a key is not public.
 */
export function fromPem(text: string): JwkSet;

/**
 * The key of a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7); none for one of
 * another kind. A key of RSA is for PS384, unless it says that it is for
 * RSASSA-PSS with SHA-256 (RFC 4055 section 3.1): that one is for PS256.
 *
 * @throws {LicenseError} `KEYS_INVALID`; above all where the key is not public.
 */
export function fromSpki(der: Uint8Array | ArrayBuffer): JwkSet;
