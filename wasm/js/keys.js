import { decode } from "./base64url.js";
import { engines } from "./engines.js";
import { misuse, refusal } from "./error.js";

/** The longest text of keys that is read, and the most keys; a test compares them with the core's. */
const MAX_KEY_SET_BYTES = 196_608;
const MAX_KEYS = 64;

/** The algorithms in the order in which the module numbers them, and the kind of their keys (`kty`). */
const KINDS = { ES256: "EC", PS384: "RSA", PS256: "RSA", EdDSA: "OKP", "ML-DSA-44": "AKP", "ML-DSA-44-ES256": "AKP" };
const NAMES = Object.keys(KINDS);

/**
 * By kind, the members a key must have, in the order of a thumbprint (RFC 7638
 * section 3.2, RFC 8037 section 2, RFC 9964 section 6).
 */
const REQUIRED = { EC: ["crv", "kty", "x", "y"], RSA: ["e", "kty", "n"], OKP: ["crv", "kty", "x"], AKP: ["alg", "kty", "pub"] };

/** What of a key is looked at, if it is there, is a string. */
const STRINGS = ["kid", "alg", "use", "crv", "x", "y", "n", "e", "pub"];

export const invalid = (reason, evidence = {}) => refusal("KEYS_INVALID", { reason, ...evidence });

/**
 * Reads keys as the core's `KeySet` does, whose rules these are. Answers each
 * with the number of its algorithm and, if there is something to verify with,
 * its engine and its bytes. Keys of other kinds or for other uses are passed over.
 */
export function readKeys(sets, algorithms) {
  const found = sets.flatMap(({ issuer, keys }) => jwks(keys).map((jwk) => [jwk, issuer]));
  if (found.some(([jwk]) => "d" in jwk || "k" in jwk || "priv" in jwk)) {
    throw invalid("KEY_PRIVATE");
  }
  const keys = found.flatMap(([jwk, issuer]) => {
    const name = algorithmOf(jwk);
    if (!name) return [];
    const engine = name === "ES256" ? ES256 : engines.get(algorithms.find((algorithm) => algorithm.name === name));
    const canonical = JSON.stringify(jwk, REQUIRED[jwk.kty]);
    const bytes = engine && bytesOf(jwk, engine);
    return { algorithm: NAMES.indexOf(name), engine, bytes, canonical, keyId: jwk.kid, issuer };
  });
  if (keys.length === 0) {
    throw invalid("KEYS_NONE_USABLE");
  }
  if (keys.length > MAX_KEYS) {
    throw invalid("KEYS_TOO_MANY", { limit: MAX_KEYS });
  }
  if (!keys.some(({ engine }) => engine)) {
    throw unsupported(keys[0].algorithm, invalid);
  }
  return keys;
}

/** The error of a key whose numbers make none. */
export const damaged = (keyId = null) => invalid("KEY_INVALID", { keyId });

/** The error of a token or of keys for an algorithm, by its number, that was not brought along. */
export const unsupported = (number, make = refusal) => make("ALGORITHM_UNSUPPORTED", { algorithm: NAMES[number] });

/** The JWKs in what an app passes, or in JSON text. */
function jwks(keys) {
  if (keys?.byteLength !== undefined || /^\s*-----BEGIN /.test(keys)) {
    throw misuse("PEM is read by `fromPem` of `@licentia/verifier/pem`, DER by `fromSpki`");
  }
  let jwks;
  try {
    const text = typeof keys === "string" ? keys : JSON.stringify(keys);
    if (text.length > MAX_KEY_SET_BYTES) {
      throw invalid("KEYS_TOO_LARGE", { bytes: text.length, limit: MAX_KEY_SET_BYTES });
    }
    const value = JSON.parse(text);
    jwks = Array.isArray(value) ? value : Object.hasOwn(value, "keys") ? value.keys : [value];
  } catch (error) {
    throw error.evidence ? error : invalid("KEYS_MALFORMED");
  }
  // RFC 7517 section 4.1 requires `kty` and nothing else.
  const isText = (value) => typeof value === "string";
  if (!Array.isArray(jwks) || !jwks.every((jwk) => isText(jwk?.kty) && jwk.kty && STRINGS.every((name) => isText(jwk[name] ?? "")))) {
    throw invalid("KEYS_MALFORMED");
  }
  return jwks;
}

/**
 * The algorithm to verify with this key, if it is known here and the key is
 * meant for it. PS256 must be named: AWS's keys, which name none, are for PS384.
 */
function algorithmOf({ kty, crv, alg, use = "sig", key_ops: operations = ["verify"] }) {
  const byKind = { EC: crv === "P-256" && "ES256", OKP: crv === "Ed25519" && "EdDSA", RSA: "PS384", AKP: alg }[kty];
  const name = alg === "Ed25519" ? "EdDSA" : (alg ?? byKind);
  return byKind && KINDS[name] === kty && use === "sig" && operations.includes?.("verify") && name;
}

/** What is built in. The module itself tells whether the curve has the point (SEC 1 section 2.3.3). */
const ES256 = {
  read({ x, y }) {
    const bytes = [4, ...decode(x), ...decode(y)];
    // Each coordinate has all of its bytes (RFC 7518 section 6.2.1.2).
    if (x.length !== y.length) throw new RangeError("no point");
    return bytes;
  },
  isKey: () => true,
};

function bytesOf(jwk, engine) {
  let bytes;
  try {
    bytes = Uint8Array.from(engine.read(jwk));
  } catch {
    throw damaged(jwk.kid);
  }
  if (!engine.isKey(bytes)) {
    throw damaged(jwk.kid);
  }
  return bytes;
}
