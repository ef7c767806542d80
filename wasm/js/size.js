/** The bytes of a text in UTF-8 where they may be more than `limit`; else a number up to that. */
export const sizeOf = (text, limit) =>
  // A UTF-16 unit is at most three bytes.
  text.length * 3 <= limit ? text.length : new TextEncoder().encode(text).length;
