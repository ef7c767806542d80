import { LicenseError } from "./error.js";

/** The error of something outside of this package that failed, with what it failed with. */
export function failure(code, message, evidence, cause) {
  const error = new LicenseError(code, message, evidence);
  if (cause !== undefined) error.cause = cause;
  return error;
}
