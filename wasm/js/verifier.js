import { validity } from "./claims.js";
import { es256 } from "./es256.js";
import { misuse } from "./error.js";
import { checkNode, checkPurpose, checkTime, witness } from "./expectations.js";
import { genuine, LICENSE, STATUS_LIST } from "./jws.js";
import { readKeys } from "./keys.js";
import { License } from "./license.js";
import { members } from "./options.js";
import { SIGNED } from "./signed.js";
import { CREATE, held, VERIFY } from "./verifier-options.js";

/**
 * Makes the class of verifiers over a module: see `index.d.ts`. The module does
 * the arithmetic; what a token must be is judged here as the core judges it,
 * `core/src/token`, whose vectors both are held to.
 */
export function verifiers(compile) {
  const engine = es256(compile);

  return class Verifier {
    static name = "Verifier";

    #keys;

    constructor(token, keys) {
      if (token !== engine) {
        throw misuse("a verifier is made by `Verifier.create({ keys })`");
      }
      this.#keys = keys;
      Object.freeze(this);
    }

    static create(options) {
      const { keys, issuers = [{ keys }], algorithms = [] } = members(CREATE, options);
      if ("keys" in options === "issuers" in options) {
        throw misuse("pass either `keys`, of any issuer, or `issuers`");
      }
      return new Verifier(engine, readKeys(issuers, algorithms, engine));
    }

    verify(token, options = {}) {
      if (typeof token !== "string") {
        throw misuse("the token must be a string");
      }
      // Read once: what is judged later is what was checked here.
      const checked = members(VERIFY, options, { now: undefined });
      const { now, clock, clockTolerance = 0, nodeId, revocation, ...expected } = checked;
      const { claims } = genuine(token, LICENSE, this.#keys);
      const times = validity(claims);
      checkPurpose(claims, expected);
      if (clock) witness(held.get(clock), times.issued, now);
      checkTime(times, clockTolerance, now);
      const isNamed = typeof nodeId === "string";
      if (isNamed) checkNode(claims, nodeId);
      const license = new License(claims, times);
      if (!isNamed) nodeId?.judge(license);
      revocation?.judge(license, { now: now * 1000 });
      return license;
    }

    [SIGNED](list) {
      return genuine(list, STATUS_LIST, this.#keys).claims;
    }
  };
}
