import { misuse } from "./error.js";
import { isPlain } from "./plain.js";

/**
 * The options as they are, all their own, none misspelt and none `undefined`: a
 * `nodeId` passed over would lock nothing. `where` says of what they are.
 */
export function given(options, names, where = "") {
  if (!isPlain(options)) throw misuse(`the options${where} must be a plain object`);
  for (const [name, value] of Object.entries(options)) {
    if (names !== undefined && !names.includes(name)) throw misuse(`there is no option \`${name}\`${where}`);
    if (value === undefined) throw misuse(`\`${name}\`${where} is \`undefined\`; leave it out where it does not matter`);
  }
  return options;
}

export const isText = (value) => typeof value === "string" && value !== "";
