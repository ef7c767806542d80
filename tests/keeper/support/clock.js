/** The real time, and what the test adds: timers ring only when the test turns the clock. */
export class TestClock {
  #ahead = 0;
  #passed = 0;
  #turned = 0;
  #timers = new Map();
  #last = 0;

  now() {
    return Date.now() + this.#ahead;
  }

  elapsed() {
    return performance.now() + this.#passed;
  }

  setTimeout(callback, milliseconds) {
    this.#last += 1;
    this.#timers.set(this.#last, { at: this.#rung() + milliseconds, callback });
    return this.#last;
  }

  clearTimeout(timer) {
    this.#timers.delete(timer);
  }

  /** The machine sleeps: no timer rings before the end, and what elapses is not counted. */
  sleep(minutes) {
    this.set(minutes);
    this.#ring(minutes);
  }

  /** Time passes. */
  pass(minutes) {
    this.set(minutes);
    this.#passed += minutes * 60_000;
    this.#ring(minutes);
  }

  /** Somebody sets the clock, ahead or back. */
  set(minutes) {
    this.#ahead += minutes * 60_000;
  }

  #rung = () => performance.now() + this.#turned;

  #ring(minutes) {
    this.#turned += minutes * 60_000;
    const due = [...this.#timers].filter(([, { at }]) => at <= this.#rung());
    for (const [timer, { callback }] of due) {
      if (this.#timers.delete(timer)) callback();
    }
  }
}
