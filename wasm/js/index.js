import compile from "wasm:verifier";
import { Border } from "./border.js";
import { clocks } from "./clock.js";
import { nodeIds } from "./node-id.js";
import { verifiers } from "./verifier.js";

const border = /* @__PURE__ */ new Border(compile);

export { LicenseError } from "./error.js";
export const Clock = /* @__PURE__ */ clocks(border);
export const nodeId = /* @__PURE__ */ nodeIds(border);
export const Verifier = /* @__PURE__ */ verifiers(border);
