const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** A length of time as people count it down: its two or three largest units, down to the second. */
export function countdown(milliseconds: number): string {
  let seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const words: string[] = [];
  for (const [name, size] of UNITS) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0 || words.length > 0 || name === 's') {
      words.push(`${count} ${name}`);
    }
  }
  return words.slice(0, words.length > 3 ? 3 : words.length).join(' ');
}

/** How long a computation took, with two or three digits, in the unit that fits. */
export function elapsed(milliseconds: number): string {
  return milliseconds < 1 ? `${Math.round(milliseconds * 1000)} µs` : `${milliseconds.toPrecision(3)} ms`;
}
