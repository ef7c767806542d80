/**
 * Clock honesty: tells when the system's clock was set back below a time that
 * was seen before, in this run or an earlier one.
 *
 * @module
 */

/** What {@link Clock.start} and {@link Clock.restore} need. */
export interface ClockOptions {
  /**
   * What authenticates the state: at least 16 bytes of UTF-8, the same at
   * every start. Whoever knows it can write a state.
   */
  readonly secret: string;
  /**
   * What the state is for, such as the product: a state of another label is
   * refused. Empty if left out.
   */
  readonly label?: string;
  /**
   * How many seconds before the latest moment seen a time is still believed,
   * since clocks are corrected. 300 if left out.
   */
  readonly grace?: number;
}

/**
 * Remembers the latest moment it was shown, and tells by it when the system's
 * clock was set back. Pass it to every `Verifier.verify`, of whichever verifier:
 * each genuine token of those expected, refused or not, shows it the time of the
 * verification and the one the token was issued at. Keep its {@link Clock.state}
 * between runs; who deletes the state makes it forget.
 */
export class Clock {
  private constructor();

  /**
   * A clock that has seen nothing and believes any time: for the first run, or
   * with a token that the service has just issued.
   *
   * @throws {LicenseError} `ARGUMENT_INVALID`.
   */
  static start(options: ClockOptions): Clock;

  /**
   * The clock of a state.
   *
   * @throws {LicenseError} `CLOCK_STATE_INVALID` where the state was changed,
   * or kept under another secret or label; `ARGUMENT_INVALID`.
   */
  static restore(state: string, options: ClockOptions): Clock;

  /** The state, a short text to keep between runs: after each verification. */
  state(): string;
}
