const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** By the code of a letter, its six bits; 64 for all others. */
let values;

function table() {
  const table = new Uint8Array(128).fill(64);
  [...ALPHABET].forEach((letter, value) => (table[letter.charCodeAt(0)] = value));
  return table;
}

/** The bytes of base64url in its one form, without padding (RFC 4648 section 5); throws for any other text. */
export function decode(text) {
  values ??= table();
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let group = 0;
  let bits = 0;
  let at = 0;
  for (let from = 0; from < text.length; from++) {
    const value = values[text.charCodeAt(from)];
    if (!(value < 64)) {
      throw new SyntaxError("no base64url");
    }
    group = ((group << 6) | value) & 0xfff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = group >> bits;
      group &= (1 << bits) - 1;
    }
  }
  if (bits === 6 || group !== 0) {
    throw new SyntaxError("no base64url");
  }
  return bytes;
}

/** The text of bytes. */
export const encode = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
