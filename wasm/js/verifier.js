import { told } from "./answer.js";
import { misuse } from "./error.js";
import { License } from "./license.js";
import { CREATE, crossing, cut, held, LIST_LIMIT, VERIFY } from "./options.js";
import { SIGNED } from "./signed.js";

/** Makes the class of verifiers over a module: see `index.d.ts`. */
export function verifiers(border) {
  return class Verifier {
    static name = "Verifier";

    #options;
    #algorithms;
    #handle;

    constructor(token, options, algorithms) {
      if (token !== border) {
        throw misuse("a verifier is made by `Verifier.create({ keys })`");
      }
      this.#options = options;
      this.#algorithms = algorithms;
      this.#read();
      Object.freeze(this);
    }

    /** Has the module read the keys: once, and again should another take its place. */
    #read() {
      this.#handle = told(border.call("read_keys", this.#options, undefined, this.#algorithms)).keys;
      border.keep(this, this.#handle);
    }

    #ask(question, text) {
      if (!border.keeps(this)) this.#read();
      return border.call(question, text, this.#handle, this.#algorithms);
    }

    static create(options) {
      const text = crossing(CREATE, options);
      if ("keys" in options && "issuers" in options) {
        throw misuse("pass either `keys`, of any issuer, or `issuers`");
      }
      return new Verifier(border, text, [...(options.algorithms ?? [])]);
    }

    verify(token, options = {}) {
      if (typeof token !== "string") {
        throw misuse("the token must be a string");
      }
      // JSON holds no line break, whatever the token holds.
      const text = `${crossing(VERIFY, options, { now: undefined })}\n${cut(token)}`;
      const answer = this.#ask("verify", text);
      if (answer.seen !== undefined) {
        held.get(options.clock).seen = answer.seen;
      }
      const license = new License(told(answer).license);
      options.revocation?.judge(license, { now: options.now });
      return license;
    }

    [SIGNED](list) {
      return told(this.#ask("read_status_list", cut(list, LIST_LIMIT))).statusList;
    }
  };
}
