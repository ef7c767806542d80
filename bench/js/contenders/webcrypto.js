import { bytes, claims, parts } from "./parts.js";

const curve = { name: "ECDSA", namedCurve: "P-256" };
const algorithm = { name: "ECDSA", hash: "SHA-256" };

/** Reads the keys; returns what verifies a token with them, its times unseen. */
export const prepare = async ({ keys }) => {
  const { kty, crv, x, y } = keys.keys[0];
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, curve, false, ["verify"]);
  return async (token) => {
    const { header, payload, signature, input } = parts(token);
    if (!(await crypto.subtle.verify(algorithm, key, bytes(signature), new TextEncoder().encode(input)))) {
      throw new Error("wrong signature");
    }
    return claims(header, payload);
  };
};
