import type { License, LicenseError, Unit } from "./index.js";
import type { Timers } from "./keeper.js";

/** What {@link Seats.open} needs: a plain object. What is there but `undefined` is an error. */
export interface SeatsOptions {
  /**
   * The verified license whose seats are handed out, or a function that answers
   * the present one: the license of a `LeaseKeeper`, say, or one verified anew
   * against revocation. Where it answers `null` or throws, no seat is handed out.
   */
  readonly license: License | (() => License | null);
  /**
   * Where all who share the license find who holds what: the path of a file in
   * Node, a name in a browser, or a store of the app's own. What all of them hold
   * together is never more than the license at hand holds.
   */
  readonly store: string | SharedStore;
  /**
   * For how many seconds a seat is held without a word from its holder, as when
   * that crashed; from 1 to 86400, 180 if left out. It is kept three times in
   * that time. Browsers let hidden pages speak once a minute.
   */
  readonly period?: number;
  /**
   * On which events a seat returns: `pagehide` in a page, which is what happens
   * there if left out; `beforeExit` and names of signals in Node, where none is
   * listened to unless it stands here.
   */
  readonly exitOn?: readonly ("pagehide" | "beforeExit" | `SIG${string}`)[];
  /** The time and the timers, for tests. */
  readonly timers?: Timers;
}

/** Keeps one text for all who share it. What it fails with is told as `STORE_FAILED`, with that as the `cause`. */
export interface SharedStore {
  /** The text, if there is one. */
  load(): Promise<string | undefined>;
  /**
   * Replaces the text by what `decide` makes of it, all at once: nobody else may
   * read or write in between. If `decide` answers `undefined`, nothing changes.
   * It never throws.
   */
  change(decide: (text: string | undefined) => string | undefined): Promise<void>;
  /** Removes the text. */
  remove(): Promise<void>;
}

/** What a holder wants. */
export interface SeatRequest {
  /** The entitlement; case matters. */
  readonly name: string;
  /** Its unit; `None` for a feature, which never runs out. */
  readonly unit: Unit;
  /** How much, a whole number from 1; nothing for a feature. */
  readonly quantity?: number | bigint;
}

/** How much of a counted entitlement is handed out; quantities in decimal digits. */
export interface SeatUsage {
  readonly name: string;
  readonly unit: Unit;
  /** How much the license holds. */
  readonly borrowed: string;
  /** How much of it is held by somebody. */
  readonly taken: string;
  /** How much is left. */
  readonly left: string;
}

/** What a holder holds; it is kept until it is checked in. */
export interface Seat {
  /** Whether it is held at this moment, and there is a license. */
  readonly isHeld: boolean;
  /** Until when it is held, unless it is kept on; `null` once it is not. */
  readonly until: Date | null;
  /** Gives it back. Once is enough. */
  checkIn(): Promise<void>;
  /** Hears when it is held no more though it was not checked in, and why. */
  addEventListener(
    type: "lost",
    listener: (event: { readonly detail: { readonly reason: LicenseError | Error } }) => void,
    options?: { readonly once?: boolean },
  ): void;
  /** Hears of it no more. */
  removeEventListener(type: "lost", listener: (event: any) => void): void;
}

/**
 * Hands out the seats of one license to tabs, workers and processes, never more
 * than it holds, decided by the core in WebAssembly.
 */
export class Seats {
  private constructor();

  /**
   * Opens the seats; nothing is read before the first of them is asked for.
   *
   * @throws {LicenseError} `ARGUMENT_INVALID`.
   */
  static open(options: SeatsOptions): Seats;

  /**
   * Checks out all that is wanted, or nothing.
   *
   * @throws {LicenseError} `SEATS_EXHAUSTED`, `SEATS_NOT_BORROWED`, `EXPIRED`,
   * `LICENSE_MISSING`, `SEATS_STATE_DAMAGED`, `SEATS_STATE_FULL`, `STORE_FAILED`;
   * `ARGUMENT_INVALID`.
   */
  checkOut(wanted: readonly SeatRequest[]): Promise<Seat>;

  /** How much is handed out, of each counted entitlement. */
  usage(): Promise<readonly SeatUsage[]>;

  /**
   * Forgets who holds what, as after `SEATS_STATE_DAMAGED`. Only once nobody
   * holds a seat: who does would keep it beside the others.
   */
  clear(): Promise<void>;
}
