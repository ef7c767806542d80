import { engines } from "./engines.js";
import { misuse } from "./error.js";
import { isPlain } from "./plain.js";

/**
 * No longer text is worth passing, in UTF-16 units: every limit of the core
 * lies two below, in bytes, so what is cut off here, perhaps with the first
 * half of a pair, cannot change its answer.
 */
const TEXT_LIMIT = 196_610;

/** The same for a status list. */
export const LIST_LIMIT = 1_048_578;

export const cut = (text, limit = TEXT_LIMIT) =>
  text.length > limit ? text.slice(0, limit).replace(/[\ud800-\udbff]$/, "") : text;

/** What each `Clock` holds: `seen` in milliseconds, `grace` in seconds, and the `key` of its state. */
export const held = new WeakMap();

const aText = text("a string");
/** The options of `Verifier.create`: each name, and what checks a value and makes it what crosses. */
export const CREATE = { keys: keyText, issuers, algorithms };
const ISSUER = { issuer: aText, keys: keyText };

const NODE = { components, salt: aText, match: rule };
/** The options of `nodeId`, likewise. */
export const NODE_ID = { components, salt: aText };

/** The options of `Verifier.verify`, likewise. */
export const VERIFY = {
  now: milliseconds,
  clock,
  clockTolerance: seconds(600),
  issuer: aText,
  audience,
  product: aText,
  licenseArn: aText,
  nodeId: node,
  revocation,
};

/** The options of `Clock.start` and `Clock.restore`, likewise. */
export const CLOCK = { secret, label: aText, grace: seconds(0xffff_ffff) };

/** The options as the text that crosses. */
export const crossing = (...options) => JSON.stringify(members(...options));

/**
 * The options as what crosses, none of them misspelt: a `nodeID` passed over
 * would lock nothing.
 */
export function members(table, options, defaults = {}) {
  if (!isPlain(options)) {
    throw misuse(`the options must be a plain object of ${quoted(table)}`);
  }
  const members = {};
  for (const [name, value] of Object.entries({ ...defaults, ...options })) {
    if (!Object.hasOwn(table, name)) {
      throw misuse(`there is no option \`${name}\`; expected ${quoted(table)}`);
    }
    members[name] = table[name](value, name);
  }
  return members;
}

const quoted = (table) => Object.keys(table).map((name) => `\`${name}\``).join(", ");

/** A text of the kind described; what is there but `undefined` could evidently not be read. */
function text(expected) {
  return (value, name) => {
    if (typeof value !== "string") {
      throw misuse(`\`${name}\` must be ${expected}; leave it out where it does not matter`);
    }
    return cut(value);
  };
}

/** The names of algorithms that were brought along. */
function algorithms(value) {
  if (!Array.isArray(value) || !value.every((item) => engines.has(item))) {
    throw misuse("`algorithms` must be an array of such as `ps384` of `@licentia/verifier/ps384`");
  }
  return value.map(({ name }) => name);
}

/** One text, or an array of them. */
function audience(value, name) {
  return (Array.isArray(value) ? value : [value]).map((item) => aText(item, name));
}

/** The name of a node, or the marks of a machine. */
function node(value, name) {
  return typeof value === "object" && value !== null
    ? members(NODE, value, { components: undefined, match: "all" })
    : aText(value, name);
}

/** The marks of a machine that could be read, at least one. */
function components(value) {
  const read = Object.entries(Object(value) === value ? value : {}).filter(([, mark]) => (mark ?? "") !== "");
  if (read.some(([name, mark]) => typeof mark !== "string" || !/^[a-z0-9-]{1,32}$/.test(name)) || read.length > 16) {
    throw misuse("`components` must be at most 16 strings under names of `a` to `z`, `0` to `9` and `-`");
  }
  if (!read.some(([, mark]) => mark.trim())) {
    throw misuse("none of the node's `components` could be read");
  }
  return Object.fromEntries(read.map(([name, mark]) => [name, cut(mark)]));
}

/** How many components must be the token's. */
function rule(match) {
  if (match !== "all" && match !== "most" && !(Number.isInteger(match) && match >= 1 && match <= 255)) {
    throw misuse("`match` must be `all`, `most` or the least number of components");
  }
  return match;
}

/** Whole seconds up to a limit. */
function seconds(limit) {
  return (value, name) => {
    if (!(Number.isInteger(value) && value >= 0 && value <= limit)) {
      throw misuse(`\`${name}\` must be a whole number of seconds up to ${limit}`);
    }
    return value;
  };
}

function clock(clock) {
  const { seen, grace } = held.get(clock) ?? {};
  if (seen === undefined) {
    throw misuse("`clock` must be a `Clock`");
  }
  return { seen, grace };
}

function secret(secret, name) {
  if (new TextEncoder().encode(aText(secret, name)).length < 16) {
    throw misuse("`secret` must be at least 16 bytes");
  }
  return cut(secret);
}

function issuers(value) {
  if (!Array.isArray(value)) {
    throw misuse("`issuers` must be an array of `issuer` and `keys`");
  }
  return value.map((entry) => members(ISSUER, entry, { issuer: undefined, keys: undefined }));
}

/** Judges the license once it is verified; nothing of it crosses. */
function revocation(value) {
  if (typeof value?.judge !== "function") {
    throw misuse("`revocation` must be a `Revocation`; leave it out to ask for no status");
  }
}

/** Whole milliseconds since 1970; the system's clock where none are given. */
function milliseconds(now = Date.now()) {
  const time = now instanceof Date ? now.getTime() : now;
  if (typeof time !== "number" || !Number.isFinite(time)) {
    throw misuse("`now` must be a valid Date or a number of milliseconds since 1970");
  }
  return Math.floor(time);
}

/** The keys as JSON or PEM; what neither can hold is, to the core, no key. */
function keyText(keys) {
  try {
    const text = typeof keys?.byteLength === "number" ? pem(keys) : typeof keys === "string" ? keys : JSON.stringify(keys);
    return cut(text ?? "");
  } catch {
    return "";
  }
}

/** The PEM of DER, as far as any key goes. */
function pem(bytes) {
  const der = new Uint8Array(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, Math.min(bytes.byteLength, 1 << 14));
  return `-----BEGIN PUBLIC KEY-----${btoa(String.fromCharCode(...der))}-----END PUBLIC KEY-----`;
}
