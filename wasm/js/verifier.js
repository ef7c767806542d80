import { LicenseError, misuse } from "./error.js";
import { License } from "./license.js";
import { wasm } from "./module.js";

/** Verifies tokens with the issuers' keys: see `index.d.ts`. */
export class Verifier {
  static name = "Verifier";

  /** Freed by wasm-bindgen's FinalizationRegistry together with the verifier. */
  #keys;

  constructor(keys) {
    const { Keys } = wasm();
    if (!(keys instanceof Keys)) {
      throw misuse("a verifier is made by `Verifier.create({ keys })`");
    }
    this.#keys = keys;
    Object.freeze(this);
  }

  static create(options) {
    const { keys } = members(options, ["keys"]);
    const text = cut(json(keys));
    const { Keys } = wasm();
    return new Verifier(refusable(() => new Keys(text)));
  }

  verify(token, options = {}) {
    if (typeof token !== "string") {
      throw misuse("the token must be a string");
    }
    const { now = Date.now(), ...expected } = members(options, ["now", "nodeId"]);
    const time = milliseconds(now);
    if ("nodeId" in expected && typeof expected.nodeId !== "string") {
      throw misuse("`nodeId` must be a string that names this node; leave it out to accept any node");
    }
    const nodeId = "nodeId" in expected ? cut(expected.nodeId) : undefined;
    return new License(refusable(() => this.#keys.verify(cut(token), time, nodeId)));
  }
}

/** The options, none of them misspelt: a `nodeID` passed over would lock nothing. */
function members(options, known) {
  if (typeof options !== "object" || options === null) {
    throw misuse(`the options must be an object of ${quoted(known)}`);
  }
  const strange = Object.keys(options).find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw misuse(`there is no option \`${strange}\`; expected ${quoted(known)}`);
  }
  return options;
}

const quoted = (names) => names.map((name) => `\`${name}\``).join(", ");

function milliseconds(now) {
  const time = now instanceof Date ? now.getTime() : now;
  if (typeof time !== "number" || !Number.isFinite(time)) {
    throw misuse("`now` must be a valid Date or a number of milliseconds since 1970");
  }
  return time;
}

/** The keys as JSON text; what JSON cannot hold is, to the core, no key. */
function json(keys) {
  try {
    return (typeof keys === "string" ? keys : JSON.stringify(keys)) ?? "";
  } catch {
    return "";
  }
}

/** No longer text than the core looks at: what is beyond cannot change its answer. */
const cut = (text) => text.slice(0, wasm().textLimit());

/** Runs a call into WebAssembly; its plain refusals become errors. */
function refusable(call) {
  try {
    return call();
  } catch (thrown) {
    if (thrown instanceof Error) {
      throw thrown;
    }
    const { code, message, evidence } = thrown;
    for (const name of ["validFrom", "expiredAt", "now"]) {
      if (name in evidence) {
        evidence[name] = new Date(evidence[name]);
      }
    }
    throw new LicenseError(code, message, evidence);
  }
}
