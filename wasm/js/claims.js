import { refusal } from "./error.js";
import { isObject } from "./json.js";
import { isUnit } from "./units.js";

/** The first second past the year 9999. */
export const END_OF_TIME = 253_402_300_800;

/** The largest quantity. */
const MAX_QUANTITY = 2n ** 63n - 1n;

const isString = (value) => typeof value === "string";
const isDate = (value) => Number.isInteger(value) && value >= 0 && value < END_OF_TIME;

/** Of what type each claim is but the two times, in the order they are judged after these, as the core has it, `core/src/token/payload.rs`. Others are passed over. */
const CLAIMS = {
  iat: isDate,
  nbf: isDate,
  exp: isDate,
  jti: isString,
  iss: isString,
  aud: (value) => [value].flat().every(isString),
  licenseArn: isString,
  licenseConsumptionToken: isString,
  nodeId: isString,
  entitlementsAllowed: (value) => Array.isArray(value) && value.every(isEntitlement) && areUnique(value.map(({ name }) => name)),
  checkoutMetadata: (value) => isObject(value) && Object.values(value).every(isString),
  status: (value) => isObject(value) && (value.status_list === undefined || isPlace(value.status_list)),
};

/** The claims a license cannot do without, besides its begin. */
const REQUIRED = ["licenseArn", "licenseConsumptionToken", "entitlementsAllowed"];

/** When a license is valid, in seconds since 1970, once its claims are found to be of their types. */
export function validity(claims) {
  const { issuedAt, expiration, iat = 0, nbf = 0, exp = Infinity } = claims;
  const begin = time(issuedAt);
  const end = expiration === undefined ? Infinity : time(expiration);
  const isWrong = (name) => (claims[name] === undefined ? REQUIRED.includes(name) : !CLAIMS[name](claims[name]));
  const claim = begin === undefined ? "issuedAt" : end === undefined ? "expiration" : Object.keys(CLAIMS).find(isWrong);
  if (claim) throw refusal("CLAIMS_MALFORMED", { claim });
  const issued = Math.max(begin, iat);
  return { begin, issued, from: Math.max(issued, nbf), until: Math.min(exp, end) };
}

/**
 * The second of an ISO 8601 time, a fraction cut off; one without a zone is UTC,
 * as the signed tokens of AWS License Manager write their times (B-7).
 */
function time(text) {
  if (!isString(text)) return undefined;
  const begin = instant(text.slice(0, 19));
  const zone = afterFraction(text.slice(19));
  const seconds = begin - (zone === "" || zone === "Z" ? 0 : offset(zone));
  return seconds >= 0 && seconds < END_OF_TIME ? seconds : undefined;
}

/** The second of `YYYY-MM-DDThh:mm:ss`; NaN for a day or time that does not exist, and for any other text. */
function instant(civil) {
  const date = new Date(`${civil}Z`);
  // What is not spelt so, or is no date, becomes another.
  return date.getTime() >= 0 - DAY && date.toISOString() === `${civil}.000Z` ? date.getTime() / 1000 : NaN;
}

/** An offset moves no time by more than a day, in milliseconds. */
const DAY = 86_400_000;

function afterFraction(text) {
  let end = text[0] === "." ? 1 : 0;
  while (end > 0 && text[end] >= "0" && text[end] <= "9") end++;
  return end === 1 ? undefined : text.slice(end);
}

/** The seconds that `+hh:mm` or `-hh:mm` is east of UTC. */
function offset(zone = "") {
  const seconds = instant(`1970-01-01T${zone.slice(1)}:00`);
  return zone[0] === "+" ? seconds : zone[0] === "-" ? -seconds : NaN;
}

/** One that is counted has a quantity (E-1). */
function isEntitlement(value) {
  const { name, unit, value: amount } = isObject(value) ? value : {};
  return isString(name) && isUnit(unit) && (unit === "None" ? amount === undefined || isString(amount) : isQuantity(amount));
}

/** Decimal digits without leading zeros (E-5), up to the largest quantity. */
function isQuantity(digits) {
  try {
    const quantity = BigInt(digits);
    return quantity >= 0n && quantity <= MAX_QUANTITY && digits === String(quantity);
  } catch {
    return false;
  }
}

const areUnique = (names) => new Set(names).size === names.length;

/** A place in a status list (draft-ietf-oauth-status-list-21 section 6.2). */
const isPlace = (value) => isObject(value) && Number.isSafeInteger(value.idx) && value.idx >= 0 && isString(value.uri);
