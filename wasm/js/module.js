import { Border } from "./border.js";
import { clocks } from "./clock.js";
import { misuse } from "./error.js";
import { nodeIds } from "./node-id.js";
import { verifiers } from "./verifier.js";

export { LicenseError } from "./error.js";

let given;

/** Takes the compiled module: see `module.d.ts`. */
export function initialize(module) {
  if (!(module instanceof WebAssembly.Module)) {
    throw misuse("pass the WebAssembly.Module of `@licentia/verifier/verifier.wasm`");
  }
  given ??= module;
}

const border = /* @__PURE__ */ new Border(() => {
  if (given === undefined) {
    throw misuse("there is no module yet: call `initialize(module)` first");
  }
  return given;
});

export const Clock = /* @__PURE__ */ clocks(border);
export const nodeId = /* @__PURE__ */ nodeIds(border);
export const Verifier = /* @__PURE__ */ verifiers(border);
