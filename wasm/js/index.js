export { LicenseError } from "./error.js";
export { Verifier } from "./verifier.js";
