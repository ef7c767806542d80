/**
 * The border to one WebAssembly module: texts cross it as UTF-8, through two
 * buffers in the module's memory. The module is compiled on first need and
 * synchronously: nothing to await, nothing to fetch, and nothing at all for an
 * app that never verifies.
 */
export class Border {
  #compile;
  #wasm;
  #registry;

  /** `compile` answers the `WebAssembly.Module`. */
  constructor(compile) {
    this.#compile = compile;
  }

  /** Copies a text into the module, calls one of its functions, reads its answer. */
  call(name, text, handle) {
    const wasm = (this.#wasm ??= new WebAssembly.Instance(this.#compile()).exports);
    const bytes = new TextEncoder().encode(text);
    const at = wasm.input(bytes.length);
    // The memory is another when it has grown.
    new Uint8Array(wasm.memory.buffer).set(bytes, at);
    const length = wasm[name](handle);
    return JSON.parse(new TextDecoder().decode(new Uint8Array(wasm.memory.buffer, wasm.output(), length)));
  }

  /** The module forgets what has this handle once `holder` is unreachable. */
  keep(holder, handle) {
    // Some edge runtimes have no such registry, nor apps that make verifiers without end.
    this.#registry ??= globalThis.FinalizationRegistry && new FinalizationRegistry(this.#wasm.forget);
    this.#registry?.register(holder, handle);
  }
}
