import { randomId } from "../chance.js";
import { LicenseError } from "../error.js";
import { stored } from "../store/stored.js";
import { kept, Lease } from "./lease.js";
import * as records from "./record.js";

/** What the service says of a checkout that is over, or never was. */
const GONE = "ResourceNotFoundException";
/** What it says where all, or some, of what is wanted is not to be had. */
const NOT_ALL = "EntitlementNotAllowedException";
const SHORT = ["NoEntitlementsAllowedException", NOT_ALL];

/** A seat at the service: taken, renewed, given back, and remembered. */
export class Checkout {
  #options;
  #service;
  #warn;
  #record = {};
  #lease;

  /** `warn` hears of a store that fails: the seat is kept nevertheless, as long as the program runs. */
  constructor(options, service, warn) {
    this.#options = options;
    this.#service = service;
    this.#warn = warn;
  }

  /** The lease at hand, whether it still runs or not. */
  get lease() {
    return this.#lease;
  }

  /** Runs `work`, in turn with whoever shares the store. */
  async exclusively(work) {
    const { store } = this.#options;
    if (!store?.exclusively) return work();
    let failure;
    await stored(() => store.exclusively(() => work().catch((error) => (failure = [error]))));
    if (failure !== undefined) throw failure[0];
  }

  /** Takes over what the store holds, if it lasts longer; answers whether it did. */
  async adopt() {
    const { store, clock, verifier, random, request } = this.#options;
    if (!store) return false;
    const text = await this.#stored(() => store.load());
    this.#record = text === undefined ? {} : records.read(text);
    const { token } = this.#record;
    if (this.#record.request !== request || token === undefined || token === this.#lease?.token) return false;
    try {
      const license = kept(verifier, token, this.#options, clock.now());
      const lease = new Lease({ since: clock.now(), ...this.#record, license }, random);
      if (this.#lease !== undefined && !lease.isNewerThan(this.#lease)) return false;
      this.#lease = lease;
      clock.count(clock.now());
      return true;
    } catch (error) {
      // Nothing to go by: as if there were none.
      if (error instanceof LicenseError || error.code !== undefined) return false;
      throw error;
    }
  }

  /** Renews the lease, or takes a seat. Throws `SERVICE_UNREACHABLE`, or why there is none to be had. */
  async obtain() {
    const { license } = this.#lease ?? {};
    const isFloating = this.#options.operation === "CheckoutLicense";
    // Past its end, too: the service's clock decides, and this one may be ahead.
    if (isFloating && license !== undefined && (await this.#extend(license.consumptionToken))) return;
    await this.#checkOut();
  }

  /** Gives the seat back; answers whether the service knows. */
  async checkIn() {
    const { license } = this.#lease ?? {};
    this.#lease = undefined;
    if (license === undefined) return false;
    try {
      await this.#return(license.consumptionToken);
    } catch {
      return false;
    }
    await this.#forget();
    return true;
  }

  /** Gives the seat back without waiting, since the page is about to go. */
  leave() {
    const { store, clock } = this.#options;
    if (this.#lease === undefined || globalThis.navigator?.onLine === false) return;
    const isSent = this.#service.leave("CheckInLicense", this.#returning(this.#lease.license.consumptionToken));
    if (isSent) store?.saveAtOnce?.(records.write({ ...this.#record, returned: clock.now() }));
  }

  /** Lets the seat last longer; answers false where the service says that it is none any more. */
  async #extend(consumptionToken) {
    let answer;
    try {
      answer = await this.#service.call("ExtendLicenseConsumption", {
        LicenseConsumptionToken: consumptionToken,
        DigitalSignatureMethod: "JWT_ES256",
      });
    } catch (error) {
      if (error.evidence?.exception !== GONE) throw error;
      await this.#forget();
      return false;
    }
    await this.#hold(answer);
    return true;
  }

  /**
   * Takes a seat. The client token is written down before: whoever repeats a
   * request whose answer was lost, be it after a restart, gets the same seat.
   */
  async #checkOut() {
    const { operation, input, request } = this.#options;
    if (this.#record.request !== request) await this.#giveUp();
    const { clientToken = randomId() } = this.#record;
    const isRepeated = this.#record.clientToken !== undefined;
    await this.#save({ ...this.#record, request, clientToken });
    const answer = await this.#service.call(operation, { ...input, ClientToken: clientToken });
    try {
      await this.#hold(answer);
    } catch (error) {
      if (error.code !== "EXPIRED") throw error;
      // If repeated, the first answer again, from which on time has passed.
      if (isRepeated && operation === "CheckoutLicense" && (await this.#extend(answer.LicenseConsumptionToken))) return;
      const { clientToken: _, ...record } = this.#record;
      await this.#save(record);
      if (!isRepeated) {
        await this.#discard(answer.LicenseConsumptionToken).catch(() => {});
        throw error;
      }
      await this.#checkOut();
    }
  }

  /** What was kept is for another request: an update of the app asks for something else. */
  async #giveUp() {
    const { verifier, clock } = this.#options;
    let license;
    try {
      license = kept(verifier, this.#record.token, { expect: {}, grace: 0 }, clock.now());
    } catch {
      // Nothing to give back.
    }
    if (license !== undefined) await this.#discard(license.consumptionToken);
    this.#record = {};
  }

  /** Takes over what the service answered, and gives back what came before it. */
  async #hold({ SignedToken: token, LicenseConsumptionToken: consumptionToken }) {
    const { clock, random, request } = this.#options;
    const before = this.#lease?.license.consumptionToken;
    let license;
    try {
      license = this.#verified(token, clock.now());
    } catch (error) {
      // Of no use here: somebody else may have it.
      if (error.code !== "EXPIRED" && consumptionToken !== before) await this.#discard(consumptionToken).catch(() => {});
      throw error;
    }
    // It was issued a moment ago, or longer if its answer was lost.
    clock.count(license.issuedAt.getTime());
    const since = clock.now();
    this.#lease = new Lease({ license, token, since }, random);
    await this.#save({ request, token, since });
    if (before !== undefined && before !== consumptionToken) await this.#discard(before).catch(() => {});
  }

  /** The license of a token, if it is all that was asked for. */
  #verified(token, now) {
    const { verifier, expect, operation, input, isPartial } = this.#options;
    if (typeof token !== "string") {
      const message = "the service answered without a signed token: its key must sign ES256, or borrow with PS384";
      throw new LicenseError("SIGNED_TOKEN_MISSING", message);
    }
    const license = verifier.verify(token, { ...expect, now });
    const missing = input.Entitlements.find(({ Name, Unit, Value }) => !license.allows(Name, BigInt(Value ?? 1), Unit));
    if (missing !== undefined && !isPartial) {
      const message = `${operation}: \`${missing.Name}\` is not to be had; ask for less, or later`;
      throw new LicenseError("SERVICE_REFUSED", message, { operation, exception: NOT_ALL });
    }
    return license;
  }

  /** Gives a seat back if the service takes it: it returns by itself at its end. */
  #discard(consumptionToken) {
    return this.#return(consumptionToken).catch((error) => {
      if (error.code === "SERVICE_UNREACHABLE") throw error;
    });
  }

  #return(consumptionToken) {
    return this.#service.call("CheckInLicense", this.#returning(consumptionToken)).catch((error) => {
      if (error.evidence?.exception !== GONE) throw error;
    });
  }

  #returning(consumptionToken) {
    const { Beneficiary } = this.#options.input;
    return { LicenseConsumptionToken: consumptionToken, ...(Beneficiary !== undefined && { Beneficiary }) };
  }

  async #forget() {
    this.#lease = undefined;
    this.#record = {};
    await this.#stored(() => this.#options.store?.remove());
  }

  async #save(record) {
    this.#record = record;
    await this.#stored(() => this.#options.store?.save(records.write(record)));
  }

  async #stored(work) {
    try {
      return await stored(work);
    } catch (error) {
      this.#warn(error);
      return undefined;
    }
  }
}

/** Whether others may hold what is wanted: of a borrow, perhaps this one itself. */
export const isForWantOfRoom = (error) => SHORT.includes(error.evidence?.exception);
