// Without regular expressions, here as everywhere on a token's way: V8 ends the
// whole process where it has no stack left to compile one.

/** How deep arrays and objects may nest, and the most members of an object: as the core's reader has it. */
const MAX_DEPTH = 16;
const MAX_MEMBERS = 4096;

let decoder;

export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether it is a string, and no half of a surrogate pair in it. */
export function isText(value) {
  try {
    // It alone finds no code for half a pair. Without a use of what it answers,
    // an app's bundler would take the call for one that does nothing.
    return typeof value === "string" && encodeURIComponent(value).length >= value.length;
  } catch {
    return false;
  }
}

/**
 * The object that bytes are as JSON in UTF-8; `undefined` where they are none, or
 * hold what `JSON.parse` lets pass and the core does not: two members of one
 * name, half a surrogate pair, or what nests too deeply.
 */
export function parse(bytes) {
  try {
    decoder ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const text = decoder.decode(bytes);
    const value = JSON.parse(text);
    // Of two members of one name the value keeps one: then there are more colons.
    // Only an escape can be half a pair.
    const isWhole = text.includes("\\") ? isText : () => true;
    return isObject(value) && members(value, MAX_DEPTH, isWhole) === colons(text) ? value : undefined;
  } catch (fault) {
    // A stack or memory that is used up is no fault of the text.
    if (fault instanceof RangeError) throw fault;
    return undefined;
  }
}

/** How many members there are, at any depth; none where a rule is broken. */
function members(value, depth, isWhole) {
  if (typeof value !== "object" || value === null) {
    return typeof value !== "string" || isWhole(value) ? 0 : NaN;
  }
  const names = Array.isArray(value) ? [] : Object.keys(value);
  if (depth === 0 || names.length > MAX_MEMBERS || !names.every(isWhole)) {
    return NaN;
  }
  let sum = names.length;
  for (const item of Object.values(value)) sum += members(item, depth - 1, isWhole);
  return sum;
}

/** How many colons stand outside of strings. */
function colons(text) {
  let count = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === "\\") at++;
    else if (letter === '"') isQuoted = !isQuoted;
    else if (letter === ":" && !isQuoted) count++;
  }
  return count;
}
