import { engines } from "./engines.js";

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
  /** Which module has the handle of each holder. */
  #keepers = new WeakMap();
  #algorithms;
  #failure;

  /** `compile` answers the `WebAssembly.Module`. */
  constructor(compile) {
    this.#compile = compile;
  }

  /**
   * Copies a text into the module, calls one of its functions, reads its
   * answer. Meanwhile the module may ask these algorithms.
   */
  call(name, text, handle, algorithms) {
    const wasm = (this.#wasm ??= new WebAssembly.Instance(this.#compile(), { host: this.#host }).exports);
    this.#algorithms = algorithms;
    this.#failure = undefined;
    const bytes = new TextEncoder().encode(text);
    let answer;
    try {
      const at = wasm.input(bytes.length);
      // The memory is another when it has grown.
      new Uint8Array(wasm.memory.buffer).set(bytes, at);
      const length = wasm[name](handle);
      answer = new TextDecoder().decode(new Uint8Array(wasm.memory.buffer, wasm.output(), length));
    } catch (trap) {
      // Such as a stack without room for more: the module stopped in the middle,
      // its lock held, and would wait for itself. The next call gets another one.
      this.#wasm = undefined;
      throw trap;
    }
    if (this.#failure) throw this.#failure[0];
    return JSON.parse(answer);
  }

  /** Whether `holder`'s handle, if it has one, is one of the module in use. */
  keeps(holder) {
    return this.#wasm !== undefined && this.#keepers.get(holder) === this.#wasm;
  }

  #host = { is_key: (...places) => this.#ask("is_key", places), accepts: (...places) => this.#ask("accepts", places) };

  /** What the module asks an algorithm: addresses and lengths, the name's first. */
  #ask(question, places) {
    const bytes = [];
    while (places.length > 0) {
      bytes.push(new Uint8Array(this.#wasm.memory.buffer, ...places.splice(0, 2)));
    }
    const name = new TextDecoder().decode(bytes.shift());
    try {
      return engines.get(this.#algorithms.find((algorithm) => algorithm.name === name))[question](...bytes);
    } catch (failure) {
      // An algorithm's own module may be forbidden or find no memory; this one
      // must come to its end all the same.
      this.#failure = [failure];
      return false;
    }
  }

  /** The module forgets what has this handle once `holder` is unreachable. */
  keep(holder, handle) {
    const wasm = this.#wasm;
    this.#keepers.set(holder, wasm);
    // Some edge runtimes have no such registry, nor apps that make verifiers without end.
    this.#registry ??= globalThis.FinalizationRegistry && new FinalizationRegistry((forget) => forget());
    this.#registry?.register(holder, () => wasm === this.#wasm && wasm.forget(handle));
  }
}
