import { decode, encode } from "./base64url.js";
import { Border } from "./border.js";

/** ES256 over a module: what reads keys and verifies with them, and makes thumbprints. */
export function es256(compile) {
  const border = new Border(compile);
  // Some edge runtimes have no such registry, nor apps that make keys without end.
  const registry =
    globalThis.FinalizationRegistry &&
    new FinalizationRegistry(([module, handle]) => module === border.module && module.forget(handle));

  return {
    /** The uncompressed point (SEC 1 section 2.3.3); each coordinate has all of its bytes (RFC 7518 section 6.2.1.2). */
    read({ x, y }) {
      if (x.length !== 43 || y.length !== 43) throw new SyntaxError("no point");
      const point = new Uint8Array(65).fill(4, 0, 1);
      point.set(decode(x), 1);
      point.set(decode(y), 33);
      return point;
    },

    /** What verifies with the key; `undefined` where the curve has no such point. */
    key(point) {
      let module, handle;
      const accepts = (message, signature) => {
        enter();
        return border.call("accepts", [message, signature], handle) === 1;
      };
      /** The module in use knows the key. */
      function enter() {
        if (module && module === border.module) return;
        handle = border.call("add_key", [point]);
        module = border.module;
        registry?.register(accepts, [module, handle]);
      }
      enter();
      return handle < 0 ? undefined : accepts;
    },

    /** The SHA-256 thumbprint of a key's required members (RFC 7638). */
    thumbprint: (canonical) => encode(border.answer("thumbprint", [canonical])),
  };
}
