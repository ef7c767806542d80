import { message } from "./messages.js";

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

/** Makes the error of a refusal, in the core's words. */
export function refusal(code, evidence = {}) {
  // Codes of the keys tell more than that they are invalid.
  const { reason, ...found } = evidence;
  const { algorithm } = found;
  const remedy = algorithm ? `: import it from \`@licentia/verifier/${algorithm.toLowerCase()}\`` : "";
  return new LicenseError(code, message(reason ?? code, found) + remedy, evidence);
}
