import { LicenseError } from "./error.js";
import { message } from "./messages.js";

/** The evidence that is a point in time. */
const TIMES = ["validFrom", "expiredAt", "seen", "now"];

/** The core's answer; a refusal is thrown. */
export function told({ refusal, ...answer }) {
  if (refusal === undefined) {
    return answer;
  }
  const { code, evidence } = refusal;
  for (const name of TIMES) {
    if (name in evidence) {
      evidence[name] = new Date(evidence[name]);
    }
  }
  // Codes of the keys tell more than that they are invalid.
  const { reason, ...found } = evidence;
  const { algorithm } = found;
  const remedy = algorithm ? `: import it from \`@licentia/verifier/${algorithm.toLowerCase()}\`` : "";
  throw new LicenseError(code, message(reason ?? code, found) + remedy, evidence);
}
