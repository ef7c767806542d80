import compile from "wasm:clock";
import { told } from "./answer.js";
import { Border } from "./border.js";
import { misuse } from "./error.js";
import { members, seconds, text } from "./options.js";
import { held } from "./verifier-options.js";

const border = /* @__PURE__ */ new Border(compile);
const ask = (request) => told(border.ask("clock", [JSON.stringify(request)]));

const OPTIONS = {
  secret(value, name) {
    const secret = text(value, name);
    if (new TextEncoder().encode(secret).length < 16) {
      throw misuse("`secret` must be at least 16 bytes");
    }
    return secret;
  },
  label: text,
  grace: seconds(0xffff_ffff),
};
const checked = (options) => members(OPTIONS, options, { secret: undefined, label: "", grace: 300 });

/** The latest moment seen: see `clock.d.ts`. */
export class Clock {
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
}
