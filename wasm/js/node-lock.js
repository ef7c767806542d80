import compile from "wasm:node-lock";
import { told } from "./answer.js";
import { Border } from "./border.js";
import { misuse, refusal } from "./error.js";
import { isText } from "./json.js";
import { members, text } from "./options.js";
import { isPlain } from "./plain.js";

const border = /* @__PURE__ */ new Border(compile);
const ask = (request) => told(border.ask("node_lock", [JSON.stringify(request)]));

const NODE = {
  /** The marks of a machine that could be read, at least one. */
  components(value) {
    const read = Object.entries(Object(value) === value ? value : {}).filter(([, mark]) => (mark ?? "") !== "");
    const isMark = ([name, mark]) => /^[a-z0-9-]{1,32}$/.test(name) && isText(mark);
    if (!read.every(isMark) || read.length > 16) {
      throw misuse("`components` must be at most 16 strings under names of `a` to `z`, `0` to `9` and `-`");
    }
    if (!read.some(([, mark]) => mark.trim())) {
      throw misuse("none of the node's `components` could be read");
    }
    return Object.fromEntries(read);
  },
  salt: text,
};

/** The options and the components, which stand beside them. */
function marks(table, components, options) {
  if (!isPlain(options)) {
    throw misuse("the options must be a plain object of `salt` and `match`");
  }
  return members(table, { ...options, components });
}

/** How many components must be the token's. */
function rule(match) {
  if (match !== "all" && match !== "most" && !(Number.isInteger(match) && match >= 1 && match <= 255)) {
    throw misuse("`match` must be `all`, `most` or the least number of components");
  }
  return match;
}

/** The text of a fingerprint: see `node-lock.d.ts`. */
export const nodeId = (components, options = {}) => ask(marks(NODE, components, options)).text;

/** This machine, as the option `nodeId`: see `node-lock.d.ts`. */
export function thisNode(components, options = {}) {
  const { match = "all", ...here } = marks({ ...NODE, match: rule }, components, options);
  const nodeId = ask(here).text;
  return Object.freeze({
    nodeId,
    judge(license) {
      const token = license.nodeId;
      if (token === null || !ask({ ...here, match, token }).matches) {
        throw refusal("NODE_MISMATCH", { expectedNodeId: nodeId, nodeId: token });
      }
    },
  });
}
