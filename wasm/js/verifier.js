import { told } from "./answer.js";
import { misuse } from "./error.js";
import { License } from "./license.js";
import { CREATE, crossing, cut, held, LIST_LIMIT, VERIFY } from "./options.js";
import { SIGNED } from "./signed.js";

/** Makes the class of verifiers over a module: see `index.d.ts`. */
export function verifiers(border) {
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
      if ("keys" in options && "issuers" in options) {
        throw misuse("pass either `keys`, of any issuer, or `issuers`");
      }
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
      const answer = border.call("verify", text, this.#handle, this.#algorithms);
      if (answer.seen !== undefined) {
        held.get(options.clock).seen = answer.seen;
      }
      const license = new License(told(answer).license);
      options.revocation?.judge(license, { now: options.now });
      return license;
    }

    [SIGNED](list) {
      return told(border.call("read_status_list", cut(list, LIST_LIMIT), this.#handle)).statusList;
    }
  };
}
