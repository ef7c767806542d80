import { Verifier, type Jwk, type JwkSet } from '@licentia/verifier';
import { fromPem } from '@licentia/verifier/pem';

/** Keys that tokens are verified with, and where they come from. */
export interface KeySet {
  readonly keys: readonly Jwk[];
  /** The issuer whose JWK Set this is; `null` where the keys were pasted. */
  readonly account: string | null;
  /** When they came, in milliseconds since 1970. */
  readonly since: number;
}

/**
 * Reads a JWK Set, an array of keys, one key, or PEM. What is good enough is the
 * verifier's to say: it throws its `LicenseError`, for private keys too.
 */
export function readKeys(text: string): readonly Jwk[] {
  const keys = /^\s*-----BEGIN /.test(text) ? fromPem(text) : text;
  Verifier.create({ keys });
  const value = typeof keys === 'string' ? (JSON.parse(keys) as JwkSet | Jwk | readonly Jwk[]) : keys;
  if (isArray(value)) {
    return value;
  }
  return isSet(value) ? value.keys : [value];
}

/** Whether one of the keys is named so; a token that names none is tried with what there is. */
export function hasKey(set: KeySet | undefined, kid: string | undefined): boolean {
  return set !== undefined && (kid === undefined || set.keys.some((key) => key['kid'] === kid));
}

function isArray(value: object): value is readonly Jwk[] {
  return Array.isArray(value);
}

function isSet(value: JwkSet | Jwk): value is JwkSet {
  return !('kty' in value);
}
