import { LicenseError } from "../error.js";
import { failure } from "../failure.js";

/** What the store answers; whatever a store fails with, the system's or an app's own, is `STORE_FAILED`. */
export async function stored(work) {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof LicenseError) throw cause;
    throw failure("STORE_FAILED", `the store cannot be read or written: ${cause?.message ?? cause}`, {}, cause);
  }
}
