import { told } from "./answer.js";
import { crossing, NODE_ID } from "./options.js";

/** Makes the function `nodeId` over a module: see `index.d.ts`. */
export function nodeIds(border) {
  return (components, options = {}) =>
    told(border.call("node_id", crossing(NODE_ID, { ...options, components }))).text;
}
