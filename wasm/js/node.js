// In Node, `import` and `require` share one copy: the same classes, so that
// `instanceof LicenseError` holds across both, and the module compiled once.
import verifier from "./index.cjs";

export const { LicenseError, Verifier } = verifier;
