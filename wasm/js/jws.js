import { decode } from "./base64url.js";
import { refusal } from "./error.js";
import { parse } from "./json.js";
import { sizeOf } from "./size.js";

/** The longest texts that are looked at, in bytes; a test compares them with the core's. */
const MAX_HEADER_BYTES = 4_096;
export const LICENSE = { limit: 65_536, is: (typ = "jwt") => isNamed(typ, "jwt") };
export const STATUS_LIST = { limit: 1_048_576, is: (typ) => isNamed(typ, "statuslist+jwt") };

const isNamed = (typ, name) => typeof typ === "string" && typ.toLowerCase() === name;

/**
 * What one of the keys signed, and with which: an object of unique members. The
 * order of the checks is the core's, `core/src/token/verify.rs`.
 */
export function genuine(token, { limit, is }, keys) {
  within(token, limit);
  const parts = token.split(".");
  if (parts.length !== 3) throw malformed("token");
  within(parts[0], MAX_HEADER_BYTES);
  const [header, payload, signature] = parts.map((text, at) => {
    try {
      return decode(text);
    } catch (fault) {
      throw fault instanceof SyntaxError ? malformed(["header", "payload", "signature"][at]) : fault;
    }
  });
  const { alg, kid, typ, crit } = parse(header) ?? {};
  if (typeof alg !== "string" || (kid !== undefined && typeof kid !== "string") || !is(typ)) throw malformed("header");
  if (crit !== undefined) throw refusal("CRITICAL_HEADER");
  const key = signer(keys, alg, kid, token.slice(0, token.lastIndexOf(".")), signature);
  const claims = parse(payload);
  if (!claims) throw refusal("CLAIMS_MALFORMED", { claim: null });
  checkBound(keys, key, typeof claims.iss === "string" ? claims.iss : undefined);
  return { claims, key };
}

/** The key that signed. The key decides the algorithm; the header may only agree. */
function signer(keys, alg, kid, message, signature) {
  let refused;
  for (const key of keys.filter((key) => kid === undefined || kid === key.keyId || kid === key.thumbprint)) {
    const { name } = key;
    if (alg !== name && !(alg === "Ed25519" && name === "EdDSA")) {
      // Of several keys those tell most that are for the algorithm.
      refused ??= refusal("ALGORITHM_MISMATCH", { tokenAlgorithm: alg, keyAlgorithm: name });
    } else if (!key.accepts) {
      refused = refusal("ALGORITHM_UNSUPPORTED", { algorithm: name });
    } else if (key.accepts(message, signature)) {
      return key;
    } else {
      refused = refusal("SIGNATURE_INVALID");
    }
  }
  throw refused ?? refusal("KEY_UNKNOWN", { keyId: kid });
}

/** Whether the key may speak for the issuer: as it stands there, or as the same key stands there for another. */
function checkBound(keys, signer, issuer) {
  const isBound = (key) => key.issuer === undefined || key.issuer === issuer;
  if (isBound(signer)) return;
  const same = keys.filter((key) => key.thumbprint === signer.thumbprint);
  if (!same.some(isBound)) {
    throw refusal("ISSUER_MISMATCH", { expectedIssuer: same.at(-1).issuer, issuer: issuer ?? null });
  }
}

const malformed = (part) => refusal("TOKEN_MALFORMED", { part });

function within(text, limit) {
  // A UTF-16 unit is at least one byte.
  const bytes = text.length > limit ? text.length : sizeOf(text, limit);
  if (bytes > limit) throw refusal("TOKEN_TOO_LARGE", { bytes, limit });
}
