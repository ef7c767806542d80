import { misuse } from "./error.js";
import { isUnit } from "./units.js";

/** The license a token proves: see `index.d.ts`. Made by `Verifier.verify` alone. */
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

  constructor({ issuedAt, expiresAt, audience, entitlements, metadata, ...members }) {
    this.#issuedAt = issuedAt;
    this.#expiresAt = expiresAt;
    Object.assign(this, members);
    Object.defineProperties(this, License.#dates);
    this.audience = Object.freeze(audience);
    this.entitlements = Object.freeze(entitlements.map(Object.freeze));
    Object.freeze(this.status);
    this.metadata = Object.freeze(Object.setPrototypeOf(metadata, null));
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
