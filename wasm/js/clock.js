import { told } from "./answer.js";
import { misuse } from "./error.js";
import { CLOCK, held, members } from "./options.js";

/** Makes the class of clocks over a module: see `index.d.ts`. */
export function clocks(border) {
  const ask = (members) => told(border.call("clock", JSON.stringify(members)));
  const checked = (options) => members(CLOCK, options, { secret: undefined, label: "", grace: 300 });

  return class Clock {
    static name = "Clock";

    constructor(token, parts) {
      if (token !== border) {
        throw misuse("a clock is made by `Clock.start` or `Clock.restore`");
      }
      held.set(this, parts);
      Object.freeze(this);
    }

    static start(options) {
      const { grace, ...key } = checked(options);
      return new Clock(border, { seen: 0, grace, key });
    }

    static restore(state, options) {
      if (typeof state !== "string") {
        throw misuse("the state must be a string, as `state` gave it");
      }
      const { grace, ...key } = checked(options);
      const { seen } = ask({ ...key, state });
      return new Clock(border, { seen, grace, key });
    }

    state() {
      const { seen, key } = held.get(this);
      return ask({ ...key, seen }).text;
    }
  };
}
