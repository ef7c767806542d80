import { END_OF_TIME } from "./claims.js";
import { misuse, refusal } from "./error.js";

/** The option `now` in seconds since 1970; the system's clock where no time is given. */
export function now(now = Date.now()) {
  const milliseconds = now instanceof Date ? now.getTime() : now;
  const time = typeof milliseconds === "number" ? Math.floor(milliseconds / 1000) : NaN;
  if (!Number.isFinite(time)) {
    throw misuse("`now` must be a valid Date or a number of milliseconds since 1970");
  }
  if (!(time >= 0 && time < END_OF_TIME)) {
    throw refusal("CLOCK_OUT_OF_RANGE");
  }
  return time;
}
