import { encode } from "./base64url.js";
import { invalid } from "./keys.js";

/**
 * The contents of the AlgorithmIdentifier of a SubjectPublicKeyInfo, in
 * hexadecimal, and the JWK of a key with it: as the core's `spki.rs` lists them.
 */
const KINDS = {
  // id-ecPublicKey on secp256r1 (RFC 5480 section 2.1.1).
  "06072a8648ce3d020106082a8648ce3d030107": (key) => ({
    kty: "EC",
    crv: "P-256",
    x: encode(key.slice(1, 33)),
    y: encode(key.slice(33)),
  }),
  // rsaEncryption with NULL (RFC 4055 section 1.2).
  "06092a864886f70d0101010500": (key) => rsa(key, "PS384"),
  // id-RSASSA-PSS with SHA-256, MGF1 of the same and a salt of 32 bytes (RFC
  // 4055 section 3.1).
  "06092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120":
    (key) => rsa(key, "PS256"),
  // id-Ed25519 (RFC 8410 section 3).
  "06032b6570": (key) => ({ kty: "OKP", crv: "Ed25519", x: encode(key) }),
  // id-ml-dsa-44 (RFC 9881 section 2).
  "0609608648016503040311": (key) => ({ kty: "AKP", alg: "ML-DSA-44", pub: encode(key) }),
  // id-MLDSA44-ECDSA-P256-SHA256 (draft-ietf-lamps-pq-composite-sigs-19
  // section 6).
  "06082b06010505070628": (key) => ({ kty: "AKP", alg: "ML-DSA-44-ES256", pub: encode(key) }),
};

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const SEQUENCE = 0x30;

/** The keys of PEM text: see `pem.d.ts`. */
export function fromPem(text) {
  if (typeof text !== "string" || text.trim() === "") {
    throw invalid("KEYS_MALFORMED");
  }
  if (/PRIVATE KEY( BLOCK)?-----/.test(text)) {
    throw invalid("KEY_PRIVATE");
  }
  const keys = [];
  // Nothing but space stands around the blocks (RFC 7468 section 3).
  const rest = text.replace(/-----BEGIN ([^-]*)-----([^-]*)-----END \1-----/g, (_, label, base64) => {
    if (label === "PUBLIC KEY") keys.push(...fromSpki(decoded(base64)).keys);
    return "";
  });
  if (rest.trim() !== "") {
    throw invalid("KEYS_MALFORMED");
  }
  return { keys };
}

/** The key of a SubjectPublicKeyInfo: see `pem.d.ts`. */
export function fromSpki(der) {
  const bytes = bytesOf(der);
  const whole = element(SEQUENCE, bytes);
  // Every form of a private key starts with its version, 0 or 1 (RFC 5958
  // section 2, RFC 5915 section 3, RFC 8017 section A.1.2).
  const [tag, length, version] = whole?.contents ?? [];
  if (tag === INTEGER && length === 1 && version <= 1) {
    throw invalid("KEY_PRIVATE");
  }
  const algorithm = element(SEQUENCE, whole?.contents);
  const bits = element(BIT_STRING, algorithm?.rest);
  // The number of bits unused in the last byte (X.690 section 8.6.2.2) is 0.
  if (bits?.contents[0] !== 0 || bits.rest.length > 0 || whole.rest.length > 0) {
    throw invalid("KEYS_MALFORMED");
  }
  const identifier = Array.from(algorithm.contents, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const jwk = Object.hasOwn(KINDS, identifier) ? KINDS[identifier](bits.contents.subarray(1)) : undefined;
  return { keys: jwk === undefined ? [] : [jwk] };
}

function bytesOf(der) {
  if (typeof der?.byteLength !== "number") {
    throw invalid("KEYS_MALFORMED");
  }
  return new Uint8Array(der.buffer ?? der, der.byteOffset ?? 0, der.byteLength);
}

/** Base64 with its padding (RFC 4648 section 4), broken into lines at will. */
function decoded(base64) {
  const text = base64.replace(/\s/g, "");
  let bytes;
  try {
    bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    throw invalid("KEYS_MALFORMED");
  }
  // In its one form, no bits set past the last byte.
  if (btoa(String.fromCharCode(...bytes)) !== text) {
    throw invalid("KEYS_MALFORMED");
  }
  return bytes;
}

/**
 * The contents of an element of this tag and what comes after it: a definite
 * length in as few bytes as possible (X.690 section 10.1), at most two.
 */
function element(tag, der = []) {
  const [found, short, high, low] = der;
  const [length, start] =
    short < 0x80
      ? [short, 2]
      : short === 0x81 && high >= 0x80
        ? [high, 3]
        : short === 0x82 && high > 0
          ? [high * 256 + low, 4]
          : [NaN, 0];
  if (found !== tag || !(start + length <= der.length)) return undefined;
  return { contents: der.subarray(start, start + length), rest: der.subarray(start + length) };
}

/** An `RSAPublicKey` (RFC 8017 section A.1.1); what it is not makes no key. */
function rsa(key, alg) {
  const numbers = element(SEQUENCE, key)?.contents;
  const modulus = element(INTEGER, numbers);
  const exponent = element(INTEGER, modulus?.rest);
  const text = (number) => encode(number?.contents[0] === 0 ? number.contents.subarray(1) : (number?.contents ?? []));
  return { kty: "RSA", alg, n: text(modulus), e: text(exponent) };
}
