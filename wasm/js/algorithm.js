import { Border } from "./border.js";
import { engines } from "./engines.js";

/**
 * Makes an algorithm of a WebAssembly module, the one of this number there, and
 * of what reads the bytes of its keys from a JWK.
 */
export function algorithm(name, read, compile, number = 0) {
  const border = new Border(compile);
  const made = Object.freeze({ name });
  engines.set(made, {
    read,
    isKey: (key) => border.call("is_key", [key], number) === 1,
    accepts: (...parts) => border.call("accepts", parts, number) === 1,
  });
  return made;
}
