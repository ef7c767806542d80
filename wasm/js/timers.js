/** The system's time and timers. Waiting for them keeps no program alive. */
export const TIMERS = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimeout(callback, milliseconds) {
    const timer = setTimeout(callback, milliseconds);
    timer.unref?.();
    return timer;
  },
  clearTimeout: (timer) => clearTimeout(timer),
};

export const areTimers = (value) =>
  [value?.now, value?.setTimeout, value?.clearTimeout].every((member) => typeof member === "function");

/**
 * The time of timers, which does not run backwards: the system's clock can be
 * set, what has elapsed cannot. That may stand still while the machine sleeps,
 * so the later of the two counts.
 */
export class SteadyClock {
  #timers;
  /** A time, less what had elapsed by then; none before the first. */
  #base = -Infinity;

  constructor(timers) {
    this.#timers = timers;
  }

  now() {
    return Math.max(this.#timers.now(), this.#base + this.#elapsed());
  }

  /** From now on counts from the system's time, or from this one if it is later and sure to have passed. */
  count(from = -Infinity) {
    this.#base = Math.max(this.#timers.now(), from) - this.#elapsed();
  }

  /** Counts no more: what it counted from was wrong. Answers by how many milliseconds it is earlier now. */
  forget() {
    const counted = this.now();
    this.#base = -Infinity;
    return counted - this.now();
  }

  /** By how much the system's time is ahead of what has elapsed: another number once it was set, or slept. */
  get lead() {
    return this.#timers.now() - this.#elapsed();
  }

  setTimeout(callback, milliseconds) {
    return this.#timers.setTimeout(callback, milliseconds);
  }

  clearTimeout(timer) {
    this.#timers.clearTimeout(timer);
  }

  #elapsed() {
    return this.#timers.elapsed?.() ?? this.#timers.now();
  }
}
