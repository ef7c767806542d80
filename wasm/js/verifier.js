import { told } from "./answer.js";
import { Border } from "./border.js";
import { engines } from "./engines.js";
import { misuse } from "./error.js";
import { damaged, readKeys, unsupported } from "./keys.js";
import { License } from "./license.js";
import { cut, members } from "./options.js";
import { LIST_LIMIT, SIGNED } from "./signed.js";
import { CREATE, held, VERIFY } from "./verifier-options.js";

/** What the module expects of a token, by number; of no audience at all by one more. */
const EXPECTED = ["issuer", "audience", "product", "licenseArn", "nodeId"];
const NO_AUDIENCE = EXPECTED.length;

/** Makes the class of verifiers over a module: see `index.d.ts`. */
export function verifiers(compile) {
  /** Those that the module may ask, and why one of them could not answer. */
  let algorithms, failure;

  /** Asks the algorithm of this number; the places are addresses and lengths. */
  function accepts(number, ...places) {
    try {
      const engine = algorithms[number];
      if (!engine) throw unsupported(number);
      const parts = [0, 2, 4].map((at) => border.bytes(places[at], places[at + 1]));
      return engine.accepts(...parts);
    } catch (error) {
      // An algorithm's own module may be forbidden or find no memory; this one
      // must come to its end all the same.
      failure = [error];
      return false;
    }
  }

  const border = new Border(compile, { accepts });
  // Some edge runtimes have no such registry, nor apps that make verifiers without end.
  const registry =
    globalThis.FinalizationRegistry &&
    new FinalizationRegistry(([module, handle]) => module === border.module && module.forget(handle));

  return class Verifier {
    static name = "Verifier";

    #keys;
    #algorithms;
    #module;
    #handle;

    constructor(token, keys) {
      if (token !== border) {
        throw misuse("a verifier is made by `Verifier.create({ keys })`");
      }
      this.#keys = keys;
      this.#algorithms = [];
      for (const { algorithm, engine } of keys) {
        this.#algorithms[algorithm] = engine;
      }
      this.#read();
      Object.freeze(this);
    }

    /** Has the module read the keys: once, and again should another take its place. */
    #read() {
      const added = this.#keys.map(({ algorithm, bytes = [], canonical, keyId, issuer }) =>
        border.call("add_key", [bytes, canonical, keyId, issuer], algorithm),
      );
      this.#handle = border.call("finish_keys", []);
      this.#module = border.module;
      registry?.register(this, [this.#module, this.#handle]);
      if (added.includes(0)) {
        throw damaged(this.#keys[added.indexOf(0)].keyId);
      }
    }

    #ask(question, text, ...numbers) {
      [algorithms, failure] = [this.#algorithms];
      const answer = border.ask(question, [text], this.#handle, ...numbers);
      if (failure && answer.refusal) throw failure[0];
      return answer;
    }

    /** The module in use knows these keys. */
    #ready() {
      if (this.#module !== border.module) this.#read();
    }

    static create(options) {
      const { keys, issuers = [{ keys }], algorithms = [] } = members(CREATE, options);
      if ("keys" in options === "issuers" in options) {
        throw misuse("pass either `keys`, of any issuer, or `issuers`");
      }
      return new Verifier(border, readKeys(issuers, algorithms));
    }

    verify(token, options = {}) {
      if (typeof token !== "string") {
        throw misuse("the token must be a string");
      }
      const { now, clock, clockTolerance = 0, ...expected } = members(VERIFY, options, { now: undefined });
      const { seen, grace } = held.get(clock) ?? { seen: -1, grace: 0 };
      this.#ready();
      EXPECTED.forEach((name, what) => {
        for (const text of [expected[name] ?? []].flat()) border.call("expect", [text], what);
      });
      if (expected.audience?.length === 0) border.call("expect", [], NO_AUDIENCE);
      const answer = this.#ask("verify", cut(token), now, clockTolerance, seen, grace);
      if (clock && answer.seen !== undefined) {
        held.get(clock).seen = answer.seen;
      }
      const license = new License(told(answer));
      options.nodeId?.judge?.(license);
      options.revocation?.judge(license, { now: options.now });
      return license;
    }

    [SIGNED](list) {
      this.#ready();
      return told(this.#ask("read_status_list", cut(list, LIST_LIMIT))).statusList;
    }
  };
}
