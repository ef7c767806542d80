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
  const bytes = new Uint8Array(text.length);
  let length = 0;
  let at = 0;
  const symbol = () => {
    const letter = text.charCodeAt(at++);
    return letter - (letter < 92 ? 35 : 36);
  };
  while (at < text.length) {
    const first = symbol();
    // A Uint8Array keeps what it is given modulo 256.
    bytes[length++] = (first < SINGLE ? first : SINGLE + (first - SINGLE) * SYMBOLS + symbol()) - SHIFT;
  }
  return bytes.subarray(0, length);
}
