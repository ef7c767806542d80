/** The real time, and what the test adds: timers ring only when the test turns the clock. */
export class TestClock {
  #ahead = 0;
  #timers = new Map();
  #last = 0;

  now() {
    return Date.now() + this.#ahead;
  }

  setTimeout(callback, milliseconds) {
    this.#last += 1;
    this.#timers.set(this.#last, { at: this.now() + milliseconds, callback });
    return this.#last;
  }

  clearTimeout(timer) {
    this.#timers.delete(timer);
  }

  /** The machine sleeps: no timer rings before the end. */
  sleep(minutes) {
    this.#ahead += minutes * 60_000;
    const due = [...this.#timers].filter(([, { at }]) => at <= this.now());
    for (const [timer, { callback }] of due) {
      if (this.#timers.delete(timer)) callback();
    }
  }
}
