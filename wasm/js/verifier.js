import { Border } from "./border.js";
import { LicenseError, misuse } from "./error.js";
import { License } from "./license.js";
import { message } from "./messages.js";
import { CREATE, crossing, cut, VERIFY } from "./options.js";

/** The evidence that is a point in time. */
const TIMES = ["validFrom", "expiredAt", "seen", "now"];

/** Makes the class of verifiers over a module: see `index.d.ts`. */
export function verifiers(compile) {
  const border = new Border(compile);

  return class Verifier {
    static name = "Verifier";

    #handle;

    constructor(token, handle) {
      if (token !== border) {
        throw misuse("a verifier is made by `Verifier.create({ keys })`");
      }
      this.#handle = handle;
      border.keep(this, handle);
      Object.freeze(this);
    }

    static create(options) {
      const { keys } = told(border.call("read_keys", crossing(CREATE, options)));
      return new Verifier(border, keys);
    }

    verify(token, options = {}) {
      if (typeof token !== "string") {
        throw misuse("the token must be a string");
      }
      // JSON holds no line break, whatever the token holds.
      const text = `${crossing(VERIFY, options, { now: undefined })}\n${cut(token)}`;
      return new License(told(border.call("verify", text, this.#handle)).license);
    }
  };
}

/** The core's answer; a refusal is thrown. */
function told({ refusal, ...answer }) {
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
  throw new LicenseError(code, message(reason ?? code, found), evidence);
}
