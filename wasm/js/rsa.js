import { decode } from "./base64url.js";

/**
 * The bytes of an RSA key: an `RSAPublicKey` in DER (RFC 8017 section A.1.1).
 * Numbers have no leading zeros (RFC 7518 section 2) and at most 8192 bits.
 */
export function rsa({ n, e }) {
  const element = (tag, contents) => {
    const { length } = contents;
    const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
    return [tag, ...head, ...contents];
  };
  const integer = (text) => {
    const bytes = decode(text);
    if (!(bytes[0] > 0 && bytes.length <= 1024)) throw new SyntaxError("no positive number");
    return element(0x02, bytes[0] < 0x80 ? bytes : [0, ...bytes]);
  };
  return Uint8Array.from(element(0x30, [...integer(n), ...integer(e)]));
}
