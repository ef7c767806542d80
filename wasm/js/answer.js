import { LicenseError } from "./error.js";

/** The core's answer; a refusal is thrown. */
export function told({ refusal, ...answer }) {
  if (refusal === undefined) {
    return answer;
  }
  const { code, message, evidence } = refusal;
  for (const name of ["validFrom", "expiredAt", "seen", "now"]) {
    if (name in evidence) {
      evidence[name] = new Date(evidence[name]);
    }
  }
  throw new LicenseError(code, message, evidence);
}
