import { LicenseError, misuse } from "../error.js";
import { given } from "../given.js";
import { listen } from "../lifetime.js";
import { stored } from "../store/stored.js";
import { Checkout, isForWantOfRoom } from "./checkout.js";
import { read } from "./options.js";
import { Service } from "./service.js";

/** The longest nap, in milliseconds: timers stand still while the machine sleeps, clocks do not. */
const NAP = 30_000;
/** The first and the longest wait after failures, in milliseconds; the actual one is any up to it. */
const [PAUSE, LONGEST_PAUSE] = [1_000, 60_000];

/** By how much, in milliseconds, a clock is off that was set; less is what networks correct. */
const SET = 1_000;
/** What says nothing of the lease, but that the clock is wrong. */
const ASTRAY = ["EXPIRED", "NOT_YET_VALID", "CLOCK_SET_BACK", "CLOCK_OUT_OF_RANGE"];
/** What says nothing of the lease at all. */
const PASSING = ["SERVICE_UNREACHABLE", "STORE_FAILED"];

/** Keeps a lease: see `keeper.d.ts`. */
export class LeaseKeeper extends EventTarget {
  static name = "LeaseKeeper";

  #options;
  #service;
  #checkout;
  /** `idle`, `starting`, `granted`, `grace`, `lost` or `closed`, as the app was told. */
  #state = "idle";
  #reason = null;
  /** The attempt under way, how many failed since the last that did not, and when the next is due. */
  #attempt;
  #failures = 0;
  #dueAt;
  /** Whether the service refuses to renew what still runs: then the signed end is the end. */
  #isRefused = false;
  /** The lead of the clock at the last look. */
  #lead;
  #timer;
  #started;
  /** Called once the app knows whether it has a license. */
  #settle;
  #stopListening;
  #leaveStore;
  #isAlone = true;

  constructor(options) {
    super();
    this.#options = read(options);
    this.#service = new Service(this.#options);
    this.#checkout = new Checkout(this.#options, this.#service, (error) => this.#dispatch("failed", error));
  }

  static create(options) {
    return new LeaseKeeper(options);
  }

  get state() {
    return this.#isHeld() ? this.#judged() : this.#state;
  }

  get license() {
    return this.#isHeld() && this.#judged() !== "lost" ? this.#checkout.lease.license : null;
  }

  get reason() {
    return this.#reason;
  }

  start() {
    if (this.#state === "closed") throw misuse("the keeper is closed: make another one");
    this.#started ??= this.#start();
    return this.#started;
  }

  async renew() {
    await this.start();
    await this.#attempt;
    this.#dueAt = -Infinity;
    this.#tick();
    await this.#attempt;
    return this.license;
  }

  async close(options = {}) {
    const { checkIn = true } = given(options, ["checkIn"]);
    if (this.#state === "closed") return false;
    this.#state = "closed";
    this.#stop();
    this.#settle?.();
    await this.#started;
    await this.#attempt;
    const isLast = (await this.#leaveStore?.()) ?? true;
    return checkIn && isLast && this.#checkout.checkIn();
  }

  async #start() {
    const { exitOn } = this.#options;
    this.#state = "starting";
    this.#isRefused = false;
    this.#failures = 0;
    this.#dueAt = -Infinity;
    const settled = new Promise((resolve) => (this.#settle = resolve));
    this.#stopListening = listen(exitOn, {
      wake: () => this.#wake(),
      hide: () => this.#prepareToLeave(),
      leave: () => this.#isAlone && this.#checkout.leave(),
      close: () => this.close(),
    });
    this.#leaveStore ??= await this.#join();
    this.#countUsers();
    await this.#checkout.adopt();
    if (this.#state === "closed") return null;
    // Good without a word from the service, which is asked all the same.
    if (this.#checkout.lease !== undefined && this.#judged() === "granted") this.#tell("granted");
    this.#tick();
    await settled;
    return this.license;
  }

  /** Looks at the clock, asks if it is time, tells what there is to tell, and comes back. */
  #tick() {
    if (this.#stopListening === undefined) return;
    const { clock, grace } = this.#options;
    const { lead } = clock;
    if (Math.abs(lead - this.#lead) > SET) this.#askAnew();
    this.#lead = lead;
    const now = clock.now();
    if (this.#attempt === undefined && now >= this.#dueAt) {
      this.#attempt = this.#ask().finally(() => {
        this.#attempt = undefined;
        this.#tick();
      });
    }
    // Who wakes up late asks first, and so does who was refused before the end:
    // the answer may make the news needless.
    const isAsking = this.#attempt !== undefined && (this.#failures === 0 || this.#isRefused);
    if (this.#isHeld() && !isAsking && this.#judged() !== this.#state) this.#tell(this.#judged());
    if (this.#isRefused && this.#state === "lost" && !isAsking) return this.#stop();
    const { alarmAt, end } = this.#checkout.lease ?? {};
    const ahead = [this.#attempt === undefined ? this.#dueAt : NaN, alarmAt, end, end + grace];
    const wait = ahead.filter((time) => time > now).map((time) => time - now);
    clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => this.#tick(), Math.min(NAP, ...wait));
  }

  /** One attempt to renew or to take a seat, in turn with whoever shares the store. Never throws. */
  async #ask() {
    const { clock } = this.#options;
    const isForced = this.#dueAt === -Infinity;
    try {
      await this.#checkout.exclusively(async () => {
        // Somebody else may have done it.
        const isAdopted = await this.#checkout.adopt();
        if (isForced || !isAdopted) await this.#checkout.obtain();
      });
      this.#failures = 0;
      this.#isRefused = false;
      this.#reason = null;
      this.#dueAt = Math.max(this.#checkout.lease.renewAt, clock.now() + PAUSE);
      this.#tell(this.#isHeld() ? "renewed" : "granted");
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error) {
    const { clock, random } = this.#options;
    const now = clock.now();
    const { lease } = this.#checkout;
    const isRunning = lease !== undefined && now < lease.end;
    const isAstray = ASTRAY.includes(error.code);
    const isRefusal = error instanceof LicenseError && !isAstray && !PASSING.includes(error.code);
    this.#reason = error;
    this.#failures += 1;
    this.#isRefused = isRefusal;
    const pause = random() * Math.min(LONGEST_PAUSE, PAUSE * 2 ** Math.min(this.#failures, 10));
    // What the service signs just now has not ended: perhaps the time was counted from a wrong one. If not, it
    // waits until the clock is set, since each answer may cost a seat that cannot be given back.
    const isMended = error.code === "EXPIRED" && clock.forget() > SET;
    this.#dueAt = isAstray && !isMended ? Infinity : clock.now() + pause;
    if (isRefusal && isRunning) {
      // A borrow's own quantity is free at its end; who refused before may think better of it.
      this.#dueAt = isForWantOfRoom(error) ? lease.end : Math.min(now + LONGEST_PAUSE, lease.end);
    }
    this.#dispatch("failed", error);
    if (this.#state === "starting") this.#tell(lease === undefined ? "lost" : this.#judged());
    else if (isRefusal && !isRunning && this.#state !== "lost") this.#tell("lost");
  }

  #isHeld() {
    return this.#state === "granted" || this.#state === "grace";
  }

  /** What the clock says of the lease: `granted`, `grace` or `lost`. */
  #judged() {
    const { clock, grace } = this.#options;
    const { lease } = this.#checkout;
    const now = clock.now();
    if (lease === undefined || now >= lease.end + (this.#isRefused ? 0 : grace)) return "lost";
    const isLate = now >= lease.end || (this.#failures > 0 && now >= lease.alarmAt);
    return this.#isRefused || isLate ? "grace" : "granted";
  }

  #tell(event) {
    if (this.#state === "closed") return;
    this.#state = event === "renewed" ? "granted" : event;
    this.#settle?.();
    this.#dispatch(event, this.#reason);
  }

  #dispatch(event, reason) {
    const { lease } = this.#checkout;
    const grace = this.#isRefused ? 0 : this.#options.grace;
    const endsAt = lease === undefined || lease.end === Infinity ? null : new Date(lease.end + grace);
    this.dispatchEvent(new CustomEvent(event, { detail: { license: this.license, reason, endsAt } }));
  }

  /** Something changed: what failed before may succeed now. */
  #wake() {
    if (this.#dueAt < Infinity) this.#askAnew();
    this.#tick();
  }

  #askAnew() {
    if (this.#failures > 0 && !this.#isRefused) this.#dueAt = Math.min(this.#dueAt, this.#options.clock.now());
  }

  /** A page may go any moment after it is hidden, and can then wait for nothing. */
  #prepareToLeave() {
    this.#service.prepare().catch(() => {});
    this.#countUsers();
    this.#tick();
  }

  /** Counts as a user of the store; one that fails counts nobody. */
  async #join() {
    const { store } = this.#options;
    try {
      return await stored(() => store?.join?.(() => this.#countUsers()));
    } catch (error) {
      this.#dispatch("failed", error);
      return undefined;
    }
  }

  async #countUsers() {
    const users = await this.#options.store?.users?.().catch(() => 1);
    this.#isAlone = (users ?? 1) <= 1;
  }

  #stop() {
    this.#options.clock.clearTimeout(this.#timer);
    this.#stopListening?.();
    this.#stopListening = undefined;
    if (this.#state === "lost") this.#started = undefined;
  }
}
