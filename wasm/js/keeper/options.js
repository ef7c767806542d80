import { openStore, preset } from "host:store";
import { misuse } from "../error.js";
import { given, isText } from "../given.js";
import { usualExits } from "../lifetime.js";
import { areTimers, SteadyClock, TIMERS } from "../timers.js";

const isObject = (value) => typeof value === "object" && value !== null;
const isFunction = (value) => typeof value === "function";
const isSpan = (value) => Number.isFinite(value) && value >= 0;

/** Each option: what it must be, in code and in words, and whether it may be left out. */
const OPTIONS = {
  url: [(value) => isText(value) || isText(value?.href), "the service's address"],
  verifier: [(value) => isFunction(value?.verify), "a `Verifier`"],
  refreshToken: [isText, "the text that `CreateToken` answered", true],
  accessToken: [(value) => isText(value) || isFunction(value), "an access token, or a function that gets one", true],
  checkout: [isObject, "what to check out"],
  expect: [isObject, "the options of `verify`", true],
  store: [(value) => value === null || isText(value) || isObject(value), "a name, a path, a `Store` or `null`", true],
  grace: [isSpan, "a number of seconds from 0", true],
  exitOn: [Array.isArray, "a list of events", true],
  // Timers know no more than some weeks, and take more for nothing.
  timeout: [(value) => isSpan(value) && value > 0 && value <= 86_400, "a number of seconds up to 86400", true],
  timers: [areTimers, "an object with `now`, `setTimeout` and `clearTimeout`", true],
  random: [isFunction, "a function that answers a number from 0 to 1", true],
  fetch: [isFunction, "a function like `fetch`", true],
};

/** What is checked out: the member of the API, and whether a borrow or a floating checkout takes it. */
const CHECKOUT = {
  productSku: ["ProductSKU", ["CheckoutLicense"]],
  keyFingerprint: ["KeyFingerprint", ["CheckoutLicense"]],
  licenseArn: ["LicenseArn", ["CheckoutBorrowLicense"]],
  entitlements: ["Entitlements", ["CheckoutLicense", "CheckoutBorrowLicense"]],
  beneficiary: ["Beneficiary", ["CheckoutLicense"]],
  nodeId: ["NodeId", ["CheckoutLicense", "CheckoutBorrowLicense"]],
  metadata: ["CheckoutMetadata", ["CheckoutBorrowLicense"]],
  algorithm: ["DigitalSignatureMethod", ["CheckoutBorrowLicense"]],
};

/** The options, checked and filled up. */
export function read(options) {
  given(options, Object.keys(OPTIONS));
  for (const [name, [fits, expected, isOptional]] of Object.entries(OPTIONS)) {
    const value = options[name];
    if (!(isOptional && value === undefined) && !fits(value)) throw misuse(`\`${name}\` must be ${expected}`);
  }
  if ((options.refreshToken === undefined) === (options.accessToken === undefined)) {
    throw misuse("give either `refreshToken` or `accessToken`");
  }
  const { operation, input, isPartial } = checkout(options.checkout);
  const request = JSON.stringify({ operation, input });
  const url = options.url.href ?? options.url;
  const { timers = TIMERS, expect = {}, ...others } = options;
  return {
    random: Math.random,
    exitOn: usualExits(),
    // Not `fetch` itself, which minds whose method it is called as.
    fetch: (...request) => fetch(...request),
    ...others,
    clock: new SteadyClock(timers),
    url,
    expect: { ...expected(input), ...given(expect, undefined, " in `expect`") },
    operation,
    input,
    isPartial,
    request,
    grace: (options.grace ?? 0) * 1000,
    timeout: (options.timeout ?? 10) * 1000,
    store: store(options.store, `keeper ${url} ${input.ProductSKU ?? input.LicenseArn}`),
  };
}

/** The operation and its input, apart from the client token. */
function checkout(options) {
  const { partial: isPartial = false, ...members } = given(options, [...Object.keys(CHECKOUT), "partial"], " in `checkout`");
  const operation = members.licenseArn === undefined ? "CheckoutLicense" : "CheckoutBorrowLicense";
  const input =
    operation === "CheckoutLicense" ? { CheckoutType: "PROVISIONAL" } : { DigitalSignatureMethod: "JWT_ES256" };
  for (const [name, value] of Object.entries(members)) {
    const [member, operations] = CHECKOUT[name];
    if (!operations.includes(operation)) {
      throw misuse(`\`${name}\` does not go with ${operation}: give \`licenseArn\` to borrow, else \`productSku\``);
    }
    input[member] = written(name, value);
  }
  if (!Array.isArray(input.Entitlements) || input.Entitlements.length === 0) {
    throw misuse("`entitlements` must be a list of `name`, `unit` and, for what is counted, `quantity`");
  }
  return { operation, input, isPartial };
}

/**
 * What every token must be, also one from the store, which the user can put
 * there: of this product or license, and for this node.
 */
function expected({ ProductSKU: product, LicenseArn: licenseArn, NodeId: nodeId }) {
  const told = Object.entries({ product, licenseArn, nodeId }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(told);
}

/** A member as the API takes it. */
function written(name, value) {
  switch (name) {
    case "entitlements":
      return Array.isArray(value) ? value.map(entitlement) : undefined;
    case "metadata":
      return Object.entries(given(value, undefined, " in `metadata`")).map(([Name, Value]) => ({ Name, Value }));
    case "algorithm":
      return `JWT_${value}`;
    default:
      return value;
  }
}

/** What is counted has a quantity, a feature has none. */
function entitlement({ name, quantity, unit }) {
  if (!isText(name) || !isText(unit) || (quantity === undefined) !== (unit === "None")) {
    throw misuse("an entitlement has a `name`, a `unit` and, unless that is `None`, a `quantity`");
  }
  return { Name: name, Unit: unit, ...(quantity !== undefined && { Value: String(BigInt(quantity)) }) };
}

/** The store to keep the lease in, if it is to be kept. */
function store(wanted, name) {
  if (wanted === undefined) return preset(name);
  return typeof wanted === "string" ? openStore(`keeper ${wanted}`, wanted) : wanted;
}
