const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** By the code of a letter, its six bits; −1 for all others. */
let values;

function table() {
  const table = new Int8Array(128).fill(-1);
  [...ALPHABET].forEach((letter, value) => (table[letter.charCodeAt(0)] = value));
  return table;
}

/** The bytes of base64url in its one form, without padding (RFC 4648 section 5); throws for any other text. */
export function decode(text) {
  values ??= table();
  const { length } = text;
  const bytes = new Uint8Array((length * 3) >> 2);
  const six = (at) => values[text.charCodeAt(at)] ?? -1;
  // Negative as soon as a letter is none.
  let all = 0;
  let at = 0;
  let from = 0;
  for (; from + 3 < length; from += 4) {
    const group = (six(from) << 18) | (six(from + 1) << 12) | (six(from + 2) << 6) | six(from + 3);
    all |= group;
    bytes[at++] = group >> 16;
    bytes[at++] = group >> 8;
    bytes[at++] = group;
  }
  if (from < length) {
    const isTwo = from + 2 === length;
    const group = (six(from) << 18) | (six(from + 1) << 12) | (isTwo ? 0 : six(from + 2) << 6);
    // The bits past the last byte are 0.
    all |= group | -(group & (isTwo ? 0xffff : 0xff));
    bytes[at++] = group >> 16;
    if (!isTwo) bytes[at] = group >> 8;
  }
  if (all < 0) {
    throw new SyntaxError("no base64url");
  }
  return bytes;
}

/** The text of bytes. */
export const encode = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
