import { LicenseError } from "../error.js";
import { listen } from "../lifetime.js";

/** The longest nap, in milliseconds: timers stand still while the machine sleeps, clocks do not. */
const NAP = 30_000;

/** Seats that somebody holds: see `seats.d.ts`. */
export class Seat extends EventTarget {
  static name = "Seat";

  #host;
  /** Until when it is held; the past once it is not. */
  #until = -Infinity;
  #keepAt;
  #timer;
  #stopListening;
  #isOver = false;
  /** The change under way: one follows the other. */
  #change = Promise.resolve();

  constructor(host) {
    super();
    this.#host = host;
  }

  get isHeld() {
    const { clock, isLicensed } = this.#host;
    return clock.now() < this.#until && isLicensed();
  }

  get until() {
    return this.#until === -Infinity ? null : new Date(this.#until);
  }

  /** Checks out, and from then on keeps what was checked out. */
  async take() {
    await this.#decide("check_out");
    this.#stopListening = listen(this.#host.exitOn, {
      wake: () => this.#tick(),
      hide: () => {},
      leave: () => {
        this.#stop();
        this.#host.leave();
      },
      close: () => this.checkIn(),
    });
    this.#tick();
    return this;
  }

  async checkIn() {
    if (this.#isOver) return;
    this.#stop();
    await this.#change;
    await this.#host.decide("check_in");
  }

  #tick() {
    if (this.#isOver) return;
    const { clock } = this.#host;
    const now = clock.now();
    if (now >= this.#keepAt) {
      // Not again before this is answered.
      this.#keepAt = Infinity;
      this.#change = this.#keep().then(() => this.#tick());
    }
    clock.clearTimeout(this.#timer);
    const wait = Math.min(NAP, Math.max(1, this.#keepAt - now));
    this.#timer = clock.setTimeout(() => this.#tick(), wait);
  }

  /** Says that it is still there; who overslept checks out again. Never throws. */
  async #keep() {
    try {
      await this.#decide("keep").catch((error) => {
        if (error.code !== "SEAT_NOT_HELD" || this.#isOver) throw error;
        return this.#decide("check_out");
      });
    } catch (error) {
      if (this.#isOver) return;
      const { clock, period } = this.#host;
      const isRefused = error instanceof LicenseError && error.code !== "STORE_FAILED";
      // A store that fails may do better while there is time.
      if (!isRefused && clock.now() < this.#until) {
        this.#keepAt = clock.now() + period / 10;
        return;
      }
      this.#stop();
      await this.#host.decide("check_in").catch(() => {});
      this.dispatchEvent(new CustomEvent("lost", { detail: { reason: error } }));
    }
  }

  async #decide(operation) {
    const { clock, period, decide } = this.#host;
    const until = await decide(operation);
    if (this.#isOver) return;
    this.#until = until;
    // The clock that all share may be set back: this seat lasts no longer for that.
    clock.count();
    this.#keepAt = clock.now() + period / 3;
  }

  #stop() {
    this.#isOver = true;
    this.#until = -Infinity;
    this.#host.clock.clearTimeout(this.#timer);
    this.#stopListening?.();
  }
}
