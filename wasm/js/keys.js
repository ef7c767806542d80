import { engines } from "./engines.js";
import { misuse, refusal } from "./error.js";
import { isObject } from "./json.js";
import { sizeOf } from "./size.js";

/** The longest text of keys that is read, and the most keys; a test compares them with the core's. */
const MAX_KEY_SET_BYTES = 196_608;
const MAX_KEYS = 64;

/** The algorithms and the kind of their keys (`kty`). */
const KINDS = { ES256: "EC", PS384: "RSA", PS256: "RSA", EdDSA: "OKP", "ML-DSA-44": "AKP", "ML-DSA-44-ES256": "AKP" };

/**
 * By kind, the members a key must have, in the order of a thumbprint (RFC 7638
 * section 3.2, RFC 8037 section 2, RFC 9964 section 6).
 */
const REQUIRED = { EC: ["crv", "kty", "x", "y"], RSA: ["e", "kty", "n"], OKP: ["crv", "kty", "x"], AKP: ["alg", "kty", "pub"] };

/** What of a key is looked at, if it is there, is a string. */
const STRINGS = ["kty", "kid", "alg", "use", "crv", "x", "y", "n", "e", "pub"];

export const invalid = (reason, evidence = {}) => refusal("KEYS_INVALID", { reason, ...evidence });

/**
 * Reads keys as the core's `KeySet` does, whose rules these are. Each has the
 * `name` of its algorithm, its `thumbprint`, perhaps a `keyId` and an `issuer`,
 * and `accepts` unless its algorithm was not brought along. Keys of other kinds
 * or for other uses are passed over.
 */
export function readKeys(sets, algorithms, es256) {
  const found = sets.flatMap(({ issuer, keys }) => jwks(keys).map((jwk) => ({ jwk, issuer })));
  if (found.some(({ jwk }) => "d" in jwk || "k" in jwk || "priv" in jwk)) {
    throw invalid("KEY_PRIVATE");
  }
  const keys = found.flatMap(({ jwk, issuer }) => {
    const name = algorithmOf(jwk);
    if (!name) return [];
    const engine = name === "ES256" ? es256 : engines.get(algorithms.find((algorithm) => algorithm.name === name));
    const accepts = engine && readKey(jwk, engine);
    return known(name, accepts, jwk, es256, issuer);
  });
  if (keys.length === 0) {
    throw invalid("KEYS_NONE_USABLE");
  }
  if (keys.length > MAX_KEYS) {
    throw invalid("KEYS_TOO_MANY", { limit: MAX_KEYS });
  }
  if (!keys.some(({ accepts }) => accepts)) {
    throw invalid("ALGORITHM_UNSUPPORTED", { algorithm: keys[0].name });
  }
  return keys;
}

/** A key as `genuine` takes it. Its thumbprint is made when it is asked for: few tokens need it. */
export function known(name, accepts, jwk, es256, issuer) {
  const canonical = JSON.stringify(jwk, REQUIRED[jwk.kty]);
  let made;
  return {
    name,
    accepts,
    keyId: jwk.kid,
    issuer,
    get thumbprint() {
      return (made ??= es256.thumbprint(canonical));
    },
  };
}

/** What verifies with the key of a JWK. */
export function readKey(jwk, engine) {
  let bytes;
  try {
    bytes = engine.read(jwk);
  } catch {
    // What cannot be read is damaged, as is what makes no key.
  }
  const accepts = bytes && engine.key(bytes);
  if (!accepts) {
    throw invalid("KEY_INVALID", { keyId: jwk.kid ?? null });
  }
  return accepts;
}

/** The JWKs in what an app passes, or in JSON text. */
function jwks(keys) {
  if (keys?.byteLength !== undefined || (typeof keys === "string" && keys.trimStart().startsWith("-----BEGIN "))) {
    throw misuse("PEM is read by `fromPem` of `@licentia/verifier/pem`, DER by `fromSpki`");
  }
  let text, bytes, value;
  try {
    text = typeof keys === "string" ? keys : JSON.stringify(keys);
    bytes = sizeOf(text, MAX_KEY_SET_BYTES);
    value = bytes <= MAX_KEY_SET_BYTES && JSON.parse(text);
  } catch {
    throw invalid("KEYS_MALFORMED");
  }
  if (bytes > MAX_KEY_SET_BYTES) {
    throw invalid("KEYS_TOO_LARGE", { bytes, limit: MAX_KEY_SET_BYTES });
  }
  const list = Array.isArray(value) ? value : isObject(value) && Object.hasOwn(value, "keys") ? value.keys : [value];
  // RFC 7517 section 4.1 requires `kty` and nothing else.
  const isJwk = (jwk) =>
    isObject(jwk) && jwk.kty && STRINGS.every((name) => jwk[name] === undefined || typeof jwk[name] === "string");
  if (!Array.isArray(list) || !list.every(isJwk)) {
    throw invalid("KEYS_MALFORMED");
  }
  return list;
}

/**
 * The algorithm to verify with this key, if it is known here and the key is
 * meant for it. PS256 must be named: AWS's keys, which name none, are for PS384.
 */
function algorithmOf({ kty, crv, alg, use = "sig", key_ops: operations = ["verify"] }) {
  const byKind = { EC: crv === "P-256" && "ES256", OKP: crv === "Ed25519" && "EdDSA", RSA: "PS384", AKP: alg }[kty];
  const name = alg === "Ed25519" ? "EdDSA" : (alg ?? byKind);
  const isMeant = use === "sig" && Array.isArray(operations) && operations.includes("verify");
  return byKind && isMeant && KINDS[name] === kty && name;
}
