import { Border } from "./border.js";
import { engines } from "./engines.js";

/**
 * Makes an algorithm of a WebAssembly module, the one of this number there, and
 * of what reads the bytes of its keys from a JWK.
 */
export function algorithm(name, read, compile, number = 0) {
  const border = new Border(compile);
  const made = Object.freeze({ name });
  const key = (bytes) =>
    border.call("is_key", [bytes], number) === 1
      ? (...signed) => border.call("accepts", [bytes, ...signed], number) === 1
      : undefined;
  engines.set(made, { read, key });
  return made;
}
