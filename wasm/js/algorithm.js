import { engines } from "./engines.js";

/**
 * Makes an algorithm of a WebAssembly module: the one of this number there.
 * As with the verifier's, the module is compiled on first need.
 */
export function algorithm(name, compile, number = 0) {
  let wasm;
  const ask = (question, parts, ...lengths) => {
    wasm ??= new WebAssembly.Instance(compile()).exports;
    try {
      let at = wasm.input(parts.reduce((sum, part) => sum + part.length, 0));
      const memory = new Uint8Array(wasm.memory.buffer);
      for (const part of parts) {
        memory.set(part, at);
        at += part.length;
      }
      return wasm[question](number, ...lengths);
    } catch (trap) {
      // As in the verifier's `Border`: it stopped in the middle, and is of no more use.
      wasm = undefined;
      throw trap;
    }
  };
  const made = Object.freeze({ name });
  engines.set(made, {
    is_key: (key) => ask("is_key", [key]),
    accepts: (key, message, signature) => ask("accepts", [key, message, signature], key.length, message.length),
  });
  return made;
}
