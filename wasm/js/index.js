import compile from "wasm:verifier";
import { verifiers } from "./verifier.js";

export { LicenseError } from "./error.js";
export const Verifier = /* @__PURE__ */ verifiers(compile);
