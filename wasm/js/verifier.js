import { Border } from "./border.js";
import { LicenseError, misuse } from "./error.js";
import { License } from "./license.js";
import { CREATE, crossing, cut, VERIFY } from "./options.js";

/** Makes the class of verifiers over a module: see `index.d.ts`. */
export function verifiers(compile) {
  const border = new Border(compile);

  return class Verifier {
    static name = "Verifier";

    #handle;
    #algorithms;

    constructor(token, handle, algorithms) {
      if (token !== border) {
        throw misuse("a verifier is made by `Verifier.create({ keys })`");
      }
      this.#handle = handle;
      this.#algorithms = algorithms;
      border.keep(this, handle);
      Object.freeze(this);
    }

    static create(options) {
      const text = crossing(CREATE, options);
      const algorithms = [...(options.algorithms ?? [])];
      const { keys } = told(border.call("read_keys", text, undefined, algorithms));
      return new Verifier(border, keys, algorithms);
    }

    verify(token, options = {}) {
      if (typeof token !== "string") {
        throw misuse("the token must be a string");
      }
      // JSON holds no line break, whatever the token holds.
      const text = `${crossing(VERIFY, options, { now: undefined })}\n${cut(token)}`;
      return new License(told(border.call("verify", text, this.#handle, this.#algorithms)).license);
    }
  };
}

/** The core's answer; a refusal is thrown. */
function told({ refusal, ...answer }) {
  if (refusal === undefined) {
    return answer;
  }
  const { code, evidence } = refusal;
  let { message } = refusal;
  for (const name of ["validFrom", "expiredAt", "now"]) {
    if (name in evidence) {
      evidence[name] = new Date(evidence[name]);
    }
  }
  if ("algorithm" in evidence) {
    message += `: \`import\` it from \`@licentia/verifier/${evidence.algorithm.toLowerCase()}\` and pass it in \`algorithms\``;
  }
  throw new LicenseError(code, message, evidence);
}
