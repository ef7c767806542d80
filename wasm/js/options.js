import { misuse } from "./error.js";
import { isText } from "./json.js";
import { isPlain } from "./plain.js";

/**
 * The options as `table` makes them, none of them misspelt: a `nodeID` passed
 * over would lock nothing. The table has for each name what checks its value
 * and answers it.
 */
export function members(table, options, defaults = {}) {
  if (!isPlain(options)) {
    throw misuse(`the options must be a plain object of ${quoted(table)}`);
  }
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(table, name));
  if (unknown !== undefined) {
    throw misuse(`there is no option \`${unknown}\`; expected ${quoted(table)}`);
  }
  const members = Object.entries({ ...defaults, ...options });
  return Object.fromEntries(members.map(([name, value]) => [name, table[name](value, name)]));
}

const quoted = (table) => Object.keys(table).map((name) => `\`${name}\``).join(", ");

/** A text; what is there but `undefined` could evidently not be read. */
export function text(value, name) {
  if (!isText(value)) {
    throw misuse(`\`${name}\` must be a string of whole characters; leave it out where it does not matter`);
  }
  return value;
}

/** Whole seconds up to a limit. */
export const seconds = (limit) => (value, name) => {
  if (!(Number.isInteger(value) && value >= 0 && value <= limit)) {
    throw misuse(`\`${name}\` must be a whole number of seconds up to ${limit}`);
  }
  return value;
};
