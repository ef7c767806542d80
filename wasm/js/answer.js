import { refusal } from "./error.js";

/** The evidence that is a point in time, in seconds since 1970. */
const TIMES = ["validFrom", "expiredAt", "seen", "now"];

/** The core's answer; a refusal is thrown. */
export function told({ refusal: refused, ...answer }) {
  if (refused === undefined) {
    return answer;
  }
  const { code, evidence } = refused;
  for (const name of TIMES) {
    if (name in evidence) {
      evidence[name] = new Date(evidence[name] * 1000);
    }
  }
  // A claim of one text or several stands as it does in the token.
  if ("audience" in evidence) {
    evidence.audience = [evidence.audience ?? []].flat();
  }
  throw refusal(code, evidence);
}
