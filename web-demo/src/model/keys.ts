/** A public JSON Web Key (RFC 7517); the verifier reads its members. */
export interface PublicKey {
  readonly kid?: string;
  readonly kty: string;
  readonly alg?: string;
  readonly crv?: string;
}

/** Keys that tokens are verified with, and where they come from. */
export interface KeySet {
  readonly keys: readonly PublicKey[];
  /** The issuer whose JWK Set this is; `null` where the keys were pasted. */
  readonly account: string | null;
  /** When they came, in milliseconds since 1970. */
  readonly since: number;
}

/** The text is not a JWK Set, nor a key. */
export class NotKeys extends Error {}

/** Members of a JWK that no one but the signer may know (RFC 7518 section 6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * Reads a JWK Set, an array of keys, or one key.
 *
 * Throws `NotKeys` for anything else, and for private keys: a verifier never needs them.
 */
export function readKeys(text: string): readonly PublicKey[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NotKeys('This is not JSON. Paste a JWK Set: {"keys": [ … ]}.');
  }
  const keys: unknown = isObject(value) && 'keys' in value ? value['keys'] : Array.isArray(value) ? value : [value];
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isKey)) {
    throw new NotKeys('No keys in it. A JWK Set has a member "keys", and each key a member "kty".');
  }
  if (keys.some((key) => PRIVATE_MEMBERS.some((member) => member in key))) {
    throw new NotKeys('This holds a private key. Keep it secret; verification needs the public part only.');
  }
  return keys;
}

/** Whether one of the keys is named so. */
export function hasKey(set: KeySet | undefined, kid: string | undefined): boolean {
  return set !== undefined && (kid === undefined || set.keys.some((key) => key.kid === kid));
}

function isKey(value: unknown): value is PublicKey {
  return isObject(value) && typeof value['kty'] === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
