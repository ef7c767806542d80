import { misuse } from "./error.js";

/**
 * No longer text is worth passing, in UTF-16 units: every limit of the core
 * lies two below, in bytes, so what is cut off here, perhaps with the first
 * half of a pair, cannot change its answer.
 */
const TEXT_LIMIT = 196_610;

export const cut = (text) =>
  text.length > TEXT_LIMIT ? text.slice(0, TEXT_LIMIT).replace(/[\ud800-\udbff]$/, "") : text;

/** The options of `Verifier.create`: each name, and what checks a value and makes it what crosses. */
export const CREATE = { keys: json };

/** The options of `Verifier.verify`, likewise. */
export const VERIFY = {
  now: milliseconds,
  nodeId: text("a string that names this node; leave it out to accept any node"),
};

/**
 * The options as the text that crosses, none of them misspelt: a `nodeID`
 * passed over would lock nothing.
 */
export function crossing(table, options, defaults = {}) {
  if (typeof options !== "object" || options === null) {
    throw misuse(`the options must be an object of ${quoted(table)}`);
  }
  const members = {};
  for (const [name, value] of Object.entries({ ...defaults, ...options })) {
    if (!Object.hasOwn(table, name)) {
      throw misuse(`there is no option \`${name}\`; expected ${quoted(table)}`);
    }
    members[name] = table[name](value, name);
  }
  return JSON.stringify(members);
}

const quoted = (table) => Object.keys(table).map((name) => `\`${name}\``).join(", ");

/** A text of the kind described; what is there but `undefined` could evidently not be read. */
function text(expected) {
  return (value, name) => {
    if (typeof value !== "string") {
      throw misuse(`\`${name}\` must be ${expected}`);
    }
    return cut(value);
  };
}

/** Whole milliseconds since 1970; the system's clock where none are given. */
function milliseconds(now = Date.now()) {
  const time = now instanceof Date ? now.getTime() : now;
  if (typeof time !== "number" || !Number.isFinite(time)) {
    throw misuse("`now` must be a valid Date or a number of milliseconds since 1970");
  }
  return Math.floor(time);
}

/** The keys as JSON text; what JSON cannot hold is, to the core, no key. */
function json(keys) {
  try {
    return cut((typeof keys === "string" ? keys : JSON.stringify(keys)) ?? "");
  } catch {
    return "";
  }
}
