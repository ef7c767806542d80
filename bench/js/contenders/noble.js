import { p256 } from "@noble/curves/nist.js";
import { bytes, claims, parts } from "./parts.js";

/** Reads the keys; returns what verifies a token with them, its times unseen. */
export const prepare = ({ keys }) => {
  const { x, y } = keys.keys[0];
  const key = Uint8Array.from([4, ...bytes(x), ...bytes(y)]);
  return (token) => {
    const { header, payload, signature, input } = parts(token);
    if (!p256.verify(bytes(signature), new TextEncoder().encode(input), key, { lowS: false })) {
      throw new Error("wrong signature");
    }
    return claims(header, payload);
  };
};
