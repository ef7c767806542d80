import { openStore } from "host:store";
import compile from "wasm:seats";
import { Border } from "../border.js";
import { randomId } from "../chance.js";
import { LicenseError, misuse } from "../error.js";
import { given, isText } from "../given.js";
import { usualExits } from "../lifetime.js";
import { stored } from "../store/stored.js";
import { areTimers, SteadyClock, TIMERS } from "../timers.js";
import { isUnit } from "../units.js";
import { Seat } from "./seat.js";

const border = /* @__PURE__ */ new Border(compile);

/** Seconds after which the seat of a silent holder returns: pages in the background may speak once a minute. */
const PERIOD = 180;

/** Hands out what was borrowed: see `seats.d.ts`. */
export class Seats {
  static name = "Seats";

  #options;

  constructor(options) {
    this.#options = read(options);
    Object.freeze(this);
  }

  static open(options) {
    return new Seats(options);
  }

  async checkOut(wanted) {
    const { period, exitOn, timers } = this.#options;
    const request = { holder: randomId(), period, wanted: wishes(wanted) };
    const seat = new Seat({
      decide: (operation) => this.#change(operation, request),
      leave: () => this.#options.store.bequeath?.(request.holder),
      isLicensed: () => this.#isLicensed(),
      period: period * 1000,
      exitOn,
      clock: new SteadyClock(timers),
    });
    return seat.take();
  }

  async usage() {
    const { store } = this.#options;
    const text = this.#withoutParted(await stored(() => store.load()), store.bequests?.());
    return Object.freeze(this.#ask("usage", {}, text).usage.map(Object.freeze));
  }

  async clear() {
    await stored(() => this.#options.store.remove());
  }

  /** Has the core decide on the ledger as it is, and puts the next one in its place; answers until when. */
  async #change(operation, request) {
    const { store } = this.#options;
    let answer, refusal, parted;
    const decide = (text) => {
      [refusal, parted] = [undefined, store.bequests?.()];
      try {
        answer = this.#ask(operation, request, this.#withoutParted(text, parted));
        return answer.ledger;
      } catch (error) {
        refusal = [error];
        return undefined;
      }
    };
    await stored(() => store.change(decide));
    if (refusal !== undefined) throw refusal[0];
    store.settle?.(parted);
    return answer.until;
  }

  /** The ledger without those who left a word that they go, having no time for more. */
  #withoutParted(text, parted = []) {
    return parted.reduce((ledger, holder) => this.#ask("check_in", { holder }, ledger).ledger, text);
  }

  #ask(operation, request, text = "") {
    const asked = JSON.stringify(this.#asked(operation, request));
    const { refusal, ...answer } = border.ask(operation, [`${asked}\n${text}`]);
    if (refusal === undefined) return answer;
    const { code, message, evidence } = refusal;
    for (const name of ["expiredAt", "now", "nextAt"]) {
      if (typeof evidence[name] === "number") evidence[name] = new Date(evidence[name]);
    }
    throw new LicenseError(code, message, evidence);
  }

  /** The request together with what is to be known for it. A seat is given back without any license. */
  #asked(operation, request) {
    const now = Math.floor(this.#options.timers.now());
    if (operation === "check_in") return { holder: request.holder, now };
    const license = this.#license();
    if (license === null) {
      throw new LicenseError("LICENSE_MISSING", "there is no license to hand out seats of; check one out first");
    }
    const { consumptionToken: checkout, expiresAt } = license;
    const entitlements = license.entitlements.map(({ name, unit, value }) => {
      return value === null ? { name, unit } : { name, unit, value };
    });
    return { checkout, ...(expiresAt && { ends: expiresAt.getTime() }), entitlements, now, ...request };
  }

  #isLicensed() {
    try {
      return this.#license() !== null;
    } catch {
      // Such as one that `verify` refuses by now.
      return false;
    }
  }

  #license() {
    const { license } = this.#options;
    return (typeof license === "function" ? license() : license) ?? null;
  }
}

const OPTIONS = ["license", "store", "period", "exitOn", "timers"];

function read(options) {
  const { license, store, period = PERIOD, exitOn = usualExits(), timers = TIMERS } = given(options, OPTIONS);
  if (typeof license !== "function" && !isText(license?.consumptionToken)) {
    throw misuse("`license` must be a verified license, or a function that answers the present one or `null`");
  }
  if (!isText(store) && typeof store?.change !== "function") {
    throw misuse("`store` must be a path in Node, a name in a browser, or a `SharedStore`");
  }
  if (!Number.isInteger(period) || period < 1 || period > 86_400) {
    throw misuse("`period` must be a whole number of seconds from 1 to 86400");
  }
  if (!Array.isArray(exitOn)) throw misuse("`exitOn` must be a list of events");
  if (!areTimers(timers)) throw misuse("`timers` must be an object with `now`, `setTimeout` and `clearTimeout`");
  return { license, store: isText(store) ? openStore(`seats ${store}`, store) : store, period, exitOn, timers };
}

/** What is wanted, as the core reads it. */
function wishes(wanted) {
  if (!Array.isArray(wanted) || wanted.length === 0) throw misuse("pass a list of `name`, `unit` and `quantity`");
  const names = new Set(wanted.map((wish) => wish?.name));
  if (names.size !== wanted.length) throw misuse("each entitlement may be asked for once");
  return wanted.map(({ name, unit, quantity }) => {
    if (typeof name !== "string" || !isUnit(unit)) {
      throw misuse("each needs a `name` and a `unit` of License Manager's");
    }
    if (unit === "None") return { name, unit };
    if (!(Number.isSafeInteger(quantity) || typeof quantity === "bigint") || quantity < 1) {
      throw misuse("the quantity must be a whole number from 1: a safe integer or a bigint");
    }
    return { name, unit, value: String(quantity) };
  });
}
