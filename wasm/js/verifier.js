import { LicenseError, misuse } from "./error.js";
import { License } from "./license.js";
import { wasm } from "./module.js";
import { CREATE, crossing, cut, VERIFY } from "./options.js";

/** Verifies tokens with the issuers' keys: see `index.d.ts`. */
export class Verifier {
  static name = "Verifier";

  /** Freed by wasm-bindgen's FinalizationRegistry together with the verifier. */
  #keys;

  constructor(keys) {
    if (!(keys instanceof wasm().Keys)) {
      throw misuse("a verifier is made by `Verifier.create({ keys })`");
    }
    this.#keys = keys;
    Object.freeze(this);
  }

  static create(options) {
    const text = crossing(CREATE, options);
    const keys = new (wasm().Keys)(text);
    told(keys.answer());
    return new Verifier(keys);
  }

  verify(token, options = {}) {
    if (typeof token !== "string") {
      throw misuse("the token must be a string");
    }
    const expected = crossing(VERIFY, options, { now: undefined });
    return new License(told(this.#keys.verify(cut(token), expected)).license);
  }
}

/** What the core answers; its refusals become errors. */
function told(answer) {
  const { refusal, ...told } = JSON.parse(answer);
  if (refusal !== undefined) {
    const { code, message, evidence } = refusal;
    for (const name of ["validFrom", "expiredAt", "now"]) {
      if (name in evidence) {
        evidence[name] = new Date(evidence[name]);
      }
    }
    throw new LicenseError(code, message, evidence);
  }
  return told;
}
