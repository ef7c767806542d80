// The errors of the scripts beside the main one: its class, so that
// `instanceof LicenseError` holds for all that the package throws.

import { LicenseError } from "licentia-main";

export { LicenseError };

/** Makes the error of a call that was written wrongly. */
export const misuse = (message) => new LicenseError("ARGUMENT_INVALID", message);
