import encoded from "licentia-wasm/module";
import { decode } from "./encoding.js";

let wasm, registry;

/**
 * The WebAssembly side, compiled on first need and synchronously: nothing to
 * await, nothing to fetch, and nothing at all for an app that never verifies.
 */
function load() {
  wasm = new WebAssembly.Instance(new WebAssembly.Module(decode(encoded))).exports;
  // Some edge runtimes have none, nor apps that make verifiers without end.
  registry = globalThis.FinalizationRegistry && new FinalizationRegistry(wasm.forget);
}

/** Copies a text into the module, calls one of its functions, reads its answer. */
function call(name, text, handle) {
  const bytes = new TextEncoder().encode(text);
  const at = wasm.input(bytes.length);
  // The memory is another when it has grown.
  new Uint8Array(wasm.memory.buffer).set(bytes, at);
  const length = wasm[name](handle);
  return JSON.parse(new TextDecoder().decode(new Uint8Array(wasm.memory.buffer, wasm.output(), length)));
}

/** Keys that the module keeps for as long as this object is reachable. */
export class Keys {
  #handle;

  /** Of the options' text; `refused` is called with a refusal, and throws. */
  constructor(options, refused) {
    if (wasm === undefined) {
      load();
    }
    const { keys, refusal } = call("read_keys", options);
    if (refusal) {
      refused(refusal);
    }
    this.#handle = keys;
    registry?.register(this, keys);
  }

  /** The answer to a token: `license` or `refusal`. */
  verify(token, options) {
    // JSON holds no line break, whatever the token holds.
    return call("verify", `${options}\n${token}`, this.#handle);
  }
}
