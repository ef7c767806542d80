import type { License, LicenseError, Unit, Verifier, VerifyOptions } from "./index.js";

/**
 * What a {@link LeaseKeeper} needs: a plain object, as are those within. What is
 * there but `undefined` is an error.
 */
export interface LeaseKeeperOptions {
  /** The service's address. */
  readonly url: string | { readonly href: string };
  /** Judges every token that the service sends, and the one kept from before. */
  readonly verifier: Pick<Verifier, "verify">;
  /**
   * What `CreateToken` answered; exchanged for an access token whenever one is
   * needed. Either this or `accessToken`.
   */
  readonly refreshToken?: string;
  /** An access token, or a function that gets one: it is called again before the last one ends. */
  readonly accessToken?: string | (() => string | Promise<string>);
  /** What to check out. */
  readonly checkout: FloatingCheckout | BorrowCheckout;
  /**
   * What to expect of every token, as with {@link Verifier.verify}, besides or in
   * place of what `checkout` says: its product or license, and its node.
   */
  readonly expect?: Omit<VerifyOptions, "now">;
  /**
   * Where the token outlives the program: a path in Node, a name in a browser,
   * a store of the app's own, or `null` for nowhere. Left out: nowhere in Node,
   * IndexedDB in a browser, in an entry for this service and license.
   *
   * Keepers with one store share one lease. The last that is closed gives it back.
   */
  readonly store?: string | Store | null;
  /**
   * For how many seconds after the signed end the app goes on when the service
   * cannot be reached; 0 if left out. `license.expiresAt` remains the signed
   * end. There is no grace where the service refused to renew.
   */
  readonly grace?: number;
  /**
   * On which events the seat is given back: `pagehide` in a page, which is what
   * happens there if left out; `beforeExit` and names of signals in Node, where
   * none is listened to unless it stands here.
   */
  readonly exitOn?: readonly ("pagehide" | "beforeExit" | `SIG${string}`)[];
  /** For how many seconds an answer is waited for; 10 if left out. */
  readonly timeout?: number;
  /** The time and the timers, for tests. */
  readonly timers?: Timers;
  /** Chance, from 0 to 1, for tests. */
  readonly random?: () => number;
  /**
   * Sends the requests, in place of the global `fetch`. They follow no redirect
   * and carry no cookies.
   */
  readonly fetch?: (url: string, request: any) => Promise<any>;
}

/** A seat that is extended as long as it is in use (`CheckoutLicense`, `PROVISIONAL`). */
export interface FloatingCheckout {
  /** The license's `ProductSKU`. */
  readonly productSku: string;
  /** The issuer's key fingerprint. */
  readonly keyFingerprint: string;
  /** What is wanted of it. */
  readonly entitlements: readonly WantedEntitlement[];
  /** Whom the vendor checks out for, where the vendor does. */
  readonly beneficiary?: string;
  /** The node to lock the token to. */
  readonly nodeId?: string;
  /** Whether a part of what is wanted will do; else it is all or nothing. */
  readonly partial?: boolean;
}

/**
 * A borrow (`CheckoutBorrowLicense`). It cannot be extended: another one is
 * taken before it ends, and then it is given back, for which the license needs
 * room for both. Without that room it is taken anew at its end.
 */
export interface BorrowCheckout {
  /** The license. */
  readonly licenseArn: string;
  /** What is wanted of it, all or nothing. */
  readonly entitlements: readonly WantedEntitlement[];
  /** The node to lock the token to. */
  readonly nodeId?: string;
  /** What is to be signed along, name to value. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** How the token is to be signed; `ES256` if left out. */
  readonly algorithm?: string;
}

/** An entitlement to check out. */
export interface WantedEntitlement {
  /** Its name; case matters. */
  readonly name: string;
  /** Its unit; `None` for a feature. */
  readonly unit: Unit;
  /** How much of it, from 1; nothing for a feature. */
  readonly quantity?: number | bigint;
}

/** Keeps one text for several users. What it fails with is told as `STORE_FAILED`, with that as the `cause`. */
export interface Store {
  /** The text, if there is one. */
  load(): Promise<string | undefined>;
  /** Replaces the text as a whole: a reader finds the one before or this one. */
  save(text: string): Promise<void>;
  /** Removes the text. */
  remove(): Promise<void>;
  /**
   * Runs `work` while no other user of the store runs theirs. Without it, two
   * that ask at once may each take a seat.
   */
  exclusively?<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Counts one more user; `changed` may be called when others come or go.
   * Answers how to leave, which tells whether nobody is left. Without it, every
   * user is alone.
   */
  join?(changed: () => void): Promise<() => Promise<boolean>>;
  /** How many users there are. */
  users?(): Promise<number>;
  /** Saves before it returns, for a page that is about to go. */
  saveAtOnce?(text: string): void;
}

/** The time and what rings when some of it has passed, in milliseconds. */
export interface Timers {
  /** The present, since 1970: as somebody has set the clock. */
  now(): number;
  /**
   * How much has passed since any moment, however the clock is set; as `now`
   * tells it if left out. It may stand still while the machine sleeps.
   */
  elapsed?(): number;
  /** Calls back once, so many milliseconds later; answers what stops it. */
  setTimeout(callback: () => void, milliseconds: number): unknown;
  /** Stops what {@link setTimeout} answered. */
  clearTimeout(timer: any): void;
}

/** What an event tells. */
export interface LeaseDetail {
  /** The license, as {@link LeaseKeeper.license}. */
  readonly license: License | null;
  /** Why renewing did not succeed, or nothing was granted; `null` after a success. */
  readonly reason: LicenseError | Error | null;
  /** When `license` becomes `null` unless it is renewed, grace included; `null` for never, and where there is none. */
  readonly endsAt: Date | null;
}

/**
 * What a {@link LeaseKeeper} tells.
 *
 * - `granted`: there is a license, and there was none.
 * - `renewed`: the license is another one, which lasts longer.
 * - `grace`: the license could not be renewed and is about to end, or has ended
 *   and is within the grace.
 * - `lost`: there is no license any more, or there was none to be had.
 * - `failed`: an attempt failed, or the store did: for a log.
 */
export type LeaseEventType = "granted" | "renewed" | "grace" | "lost" | "failed";

/** An event of a {@link LeaseKeeper}; in truth a `CustomEvent`. */
export interface LeaseEvent {
  readonly type: LeaseEventType;
  readonly detail: LeaseDetail;
}

/** Where a {@link LeaseKeeper} is. */
export type LeaseState = "idle" | "starting" | "granted" | "grace" | "lost" | "closed";

/**
 * Takes a seat at the service, renews it between a half and three quarters of
 * its time, gives it back, and goes on with the last good token where there is
 * no network. Judges by the clock, not by timers: a machine may sleep; and by
 * what has elapsed where the clock is set back. An `EventTarget`.
 */
export class LeaseKeeper {
  private constructor();

  /**
   * Makes a keeper; it does nothing before {@link LeaseKeeper.start}.
   *
   * @throws {LicenseError} `ARGUMENT_INVALID`.
   */
  static create(options: LeaseKeeperOptions): LeaseKeeper;

  /** The state as the clock has it now. */
  readonly state: LeaseState;
  /** The license in use; `null` where there is none, or none any more. */
  readonly license: License | null;
  /** What the last attempt failed with; `null` if it did not. */
  readonly reason: LicenseError | Error | null;

  /**
   * Begins. A token that is kept and good is a license at once, before the
   * service is asked. Resolves when it is settled whether there is a license.
   * After the service refused one, begins again.
   *
   * @throws {LicenseError} `ARGUMENT_INVALID` after {@link LeaseKeeper.close}.
   */
  start(): Promise<License | null>;

  /** Asks the service now, such as when the user wants to try again. */
  renew(): Promise<License | null>;

  /**
   * Ends. The seat is given back if nobody else uses the store; resolves to
   * whether it was. Where the service cannot be reached, the token remains for
   * the next start. With `checkIn: false` the seat is kept until its end.
   */
  close(options?: { readonly checkIn?: boolean }): Promise<boolean>;

  /** Hears of what happens from now on. */
  addEventListener(
    type: LeaseEventType,
    listener: (event: LeaseEvent) => void,
    options?: { readonly once?: boolean },
  ): void;
  /** Hears of it no more. */
  removeEventListener(type: LeaseEventType, listener: (event: LeaseEvent) => void): void;
}
