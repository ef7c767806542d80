import { LicenseError, misuse } from "./error.js";
import { License } from "./license.js";
import { Keys } from "./module.js";
import { CREATE, crossing, cut, VERIFY } from "./options.js";

/** Verifies tokens with the issuers' keys: see `index.d.ts`. */
export class Verifier {
  static name = "Verifier";

  #keys;

  constructor(keys) {
    if (!(keys instanceof Keys)) {
      throw misuse("a verifier is made by `Verifier.create({ keys })`");
    }
    this.#keys = keys;
    Object.freeze(this);
  }

  static create(options) {
    return new Verifier(new Keys(crossing(CREATE, options), refused));
  }

  verify(token, options = {}) {
    if (typeof token !== "string") {
      throw misuse("the token must be a string");
    }
    const { license, refusal } = this.#keys.verify(cut(token), crossing(VERIFY, options, { now: undefined }));
    if (refusal) {
      refused(refusal);
    }
    return new License(license);
  }
}

/** Throws the error that tells a refusal. */
function refused({ code, message, evidence }) {
  for (const name of ["validFrom", "expiredAt", "now"]) {
    if (name in evidence) {
      evidence[name] = new Date(evidence[name]);
    }
  }
  throw new LicenseError(code, message, evidence);
}
