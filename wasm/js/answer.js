import { refusal } from "./error.js";

/** A module's answer; a refusal is thrown. */
export function told({ refusal: refused, ...answer }) {
  if (refused) throw refusal(refused.code);
  return answer;
}
