import texts from "messages:token/status";
import { LicenseError } from "../error.js";
import { written } from "../messages.js";

/** The error of a refusal, in the core's words. */
export const refusal = (code, evidence) => new LicenseError(code, written(texts, code, evidence), evidence);
