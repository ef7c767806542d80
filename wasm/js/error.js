/** Why a token was refused, or a call made wrongly: see `index.d.ts`. */
export class LicenseError extends Error {
  static name = "LicenseError";

  constructor(code, message, evidence = {}) {
    super(message);
    this.code = code;
    this.evidence = Object.freeze(evidence);
  }

  // Both names survive minification.
  get name() {
    return "LicenseError";
  }
}

/** Makes the error of a call that was written wrongly. */
export const misuse = (message) => new LicenseError("ARGUMENT_INVALID", message);
