import { misuse } from "./error.js";
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

export const Verifier = /* @__PURE__ */ verifiers(() => {
  if (given === undefined) {
    throw misuse("there is no module yet: call `initialize(module)` first");
  }
  return given;
});
