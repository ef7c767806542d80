import compile from "wasm:verifier";
import { validity } from "./claims.js";
import { es256 } from "./es256.js";
import { misuse } from "./error.js";
import { checkNode, checkPurpose, checkTime } from "./expectations.js";
import { isObject } from "./json.js";
import { genuine, LICENSE } from "./jws.js";
import { invalid, known, readKey } from "./keys.js";
import { License } from "./license.js";
import { now } from "./moment.js";
import { members, text } from "./options.js";

export { LicenseError } from "./error.js";

const engine = /* @__PURE__ */ es256(compile);

const CREATE = {
  key(jwk) {
    if (!isObject(jwk) || jwk.kty !== "EC" || jwk.crv !== "P-256") throw invalid("KEYS_NONE_USABLE");
    if ("d" in jwk) throw invalid("KEY_PRIVATE");
    return known("ES256", readKey(jwk, engine), jwk, engine);
  },
};
const VERIFY = { now, product: text, nodeId: text };

/** Verifies with one pinned key: see `slim.d.ts`. */
export class Verifier {
  static name = "Verifier";

  #key;

  constructor(token, key) {
    if (token !== engine) {
      throw misuse("a verifier is made by `Verifier.create({ key })`");
    }
    this.#key = key;
    Object.freeze(this);
  }

  static create(options) {
    return new Verifier(engine, members(CREATE, options, { key: undefined }).key);
  }

  verify(token, options = {}) {
    const { now, nodeId, product } = members(VERIFY, options, { now: undefined });
    const { claims } = genuine(text(token, "token"), LICENSE, [this.#key]);
    const times = validity(claims);
    checkPurpose(claims, { product });
    checkTime(times, 0, now);
    checkNode(claims, nodeId);
    return new License(claims, times);
  }
}
