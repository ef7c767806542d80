import { misuse } from "./error.js";
import { isUnit } from "./units.js";

/**
 * The license a token proves: see `index.d.ts`. Made by `Verifier.verify` alone,
 * of claims that were found to be of their types.
 */
export class License {
  // Shown by consoles; survives minification.
  static name = "License";

  /** By name: the unit, and the quantity as a number or, past 2^53, a bigint. */
  #granted = new Map();

  #issuedAt;
  #expiresAt;

  /**
   * A Date can be changed even when its holder is frozen, hence a fresh one
   * each time. All licenses share the getters: with getters of its own, each
   * would be of a shape of its own, and its questions four times as slow.
   */
  static #dates = {
    issuedAt: {
      enumerable: true,
      get() {
        return new Date(this.#issuedAt);
      },
    },
    expiresAt: {
      enumerable: true,
      get() {
        return this.#expiresAt === null ? null : new Date(this.#expiresAt);
      },
    },
  };

  constructor(claims, { begin, until }) {
    this.#issuedAt = begin * 1000;
    this.#expiresAt = until === Infinity ? null : until * 1000;
    const { status_list: place } = claims.status ?? {};
    this.licenseArn = claims.licenseArn;
    this.consumptionToken = claims.licenseConsumptionToken;
    this.issuer = claims.iss ?? null;
    this.nodeId = claims.nodeId ?? null;
    this.status = place ? Object.freeze({ index: place.idx, uri: place.uri }) : null;
    Object.defineProperties(this, License.#dates);
    this.audience = Object.freeze([claims.aud ?? []].flat());
    const entitlements = claims.entitlementsAllowed;
    this.entitlements = Object.freeze(
      entitlements.map(({ name, unit, value = null }) => Object.freeze({ name, unit, value })),
    );
    this.metadata = Object.freeze(Object.setPrototypeOf(claims.checkoutMetadata ?? {}, null));
    for (const { name, unit, value } of entitlements) {
      this.#granted.set(name, { unit, quantity: unit === "None" ? Infinity : quantity(value) });
    }
    Object.freeze(this);
  }

  has(name) {
    if (typeof name !== "string") {
      throw misuse("the entitlement's name must be a string");
    }
    return this.#granted.has(name);
  }

  allows(name, quantity, unit) {
    if (typeof name !== "string") {
      throw misuse("the entitlement's name must be a string");
    }
    if (!(Number.isSafeInteger(quantity) || typeof quantity === "bigint") || quantity < 1) {
      throw misuse("the quantity must be a whole number from 1: a safe integer or a bigint");
    }
    const granted = this.#granted.get(name);
    if (granted !== undefined && granted.unit === unit) {
      return granted.quantity >= quantity;
    }
    if (!isUnit(unit)) {
      throw misuse("the unit must be one of License Manager's, such as `Count`; case matters");
    }
    return false;
  }
}

/** Decimal digits as a number where that is exact, else as a bigint. */
function quantity(digits) {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}
