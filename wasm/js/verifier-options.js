import { engines } from "./engines.js";
import { misuse } from "./error.js";
import { now } from "./moment.js";
import { members, seconds, text } from "./options.js";

/** What each `Clock` holds: `seen` and `grace` in seconds, and the `key` of its state. */
export const held = new WeakMap();

const any = (value) => value;

/** The options of `Verifier.create`. */
export const CREATE = {
  keys: any,

  issuers(value) {
    if (!Array.isArray(value)) {
      throw misuse("`issuers` must be an array of `issuer` and `keys`");
    }
    return value.map((entry) => members({ issuer: text, keys: any }, entry, { issuer: undefined, keys: undefined }));
  },

  algorithms(value) {
    if (!Array.isArray(value) || !value.every((item) => engines.has(item))) {
      throw misuse("`algorithms` must be an array of such as `ps384` of `@licentia/verifier/ps384`");
    }
    return [...value];
  },
};

/** The options of `Verifier.verify`. */
export const VERIFY = {
  now,

  clock(clock) {
    if (!held.has(clock)) {
      throw misuse("`clock` must be a `Clock` of `@licentia/verifier/clock`");
    }
    return clock;
  },

  clockTolerance: seconds(600),
  issuer: text,

  /** One text, or an array of them. */
  audience: (value, name) => [value].flat().map((item) => text(item, name)),

  product: text,
  licenseArn: text,
  /** The name of a node, or what judges it once the license is verified. */
  nodeId: (value, name) => (typeof value?.judge === "function" ? value : text(value, name)),

  revocation(value) {
    if (typeof value?.judge !== "function") {
      throw misuse("`revocation` must be a `Revocation`; leave it out to ask for no status");
    }
    return value;
  },
};
