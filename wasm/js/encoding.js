// The module as text inside the script. A byte is one printable character or
// two, so bytes stay aligned and brotli finds what repeats: the page loads a
// fifth less than with base64, and hardly more than the bare module.
//
// The 91 symbols are the ASCII characters from `#` to `~` except the backslash.
// A byte plus SHIFT, which makes a frequent byte the cheapest, is one symbol
// if below SINGLE, else one of the last two and another symbol.

const SYMBOLS = 91;
const SINGLE = 89;
const SHIFT = 1;

export function encode(bytes) {
  const letter = (symbol) => String.fromCharCode(symbol + (symbol < 57 ? 35 : 36));
  let text = "";
  for (const byte of bytes) {
    const value = (byte + SHIFT) % 256;
    const rest = value - SINGLE;
    text += rest < 0 ? letter(value) : letter(SINGLE + Math.floor(rest / SYMBOLS)) + letter(rest % SYMBOLS);
  }
  return text;
}

export function decode(text) {
  // In place and without calls: this runs once, before any compiler warms up.
  const bytes = new TextEncoder().encode(text);
  let length = 0;
  for (let at = 0; at < bytes.length; ) {
    const letter = bytes[at++];
    let value = letter - (letter < 92 ? 35 : 36);
    if (value >= SINGLE) {
      const second = bytes[at++];
      value = SINGLE + (value - SINGLE) * SYMBOLS + second - (second < 92 ? 35 : 36);
    }
    // A Uint8Array keeps what it is given modulo 256.
    bytes[length++] = value - SHIFT;
  }
  return bytes.subarray(0, length);
}
