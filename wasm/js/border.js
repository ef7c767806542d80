/**
 * The border to one WebAssembly module, which texts and bytes cross through two
 * buffers in its memory. The module is compiled on first need and
 * synchronously: nothing to await, nothing to fetch, and nothing at all for an
 * app that never verifies.
 */
export class Border {
  #compile;
  #host;

  /** The module in use, if there is one: its functions and memory. */
  module;

  /** `compile` answers the `WebAssembly.Module`, `host` are the functions that it calls. */
  constructor(compile, host = {}) {
    this.#compile = compile;
    this.#host = host;
  }

  /**
   * Calls a function of the module with numbers and with texts or bytes, of
   * which it gets the lengths; what is `undefined` is of length -1.
   */
  call(name, parts, ...numbers) {
    try {
      this.module ??= new WebAssembly.Instance(this.#compile(), { host: this.#host }).exports;
      const encoder = new TextEncoder();
      const bytes = parts.map((part) => (typeof part === "string" ? encoder.encode(part) : part));
      let at = this.module.input(bytes.reduce((sum, part) => sum + (part?.length ?? 0), 0));
      for (const part of bytes.filter(Boolean)) {
        this.bytes(at, part.length).set(part);
        at += part.length;
      }
      return this.module[name](...numbers, ...bytes.map((part) => part?.length ?? -1));
    } catch (trap) {
      // Such as a stack without room for more: the module stopped in the middle,
      // its lock held, and would wait for itself. The next call gets another one.
      this.module = undefined;
      throw trap;
    }
  }

  /** As `call`, and reads the answer, whose length the function returns. */
  ask(...all) {
    const length = this.call(...all);
    return JSON.parse(new TextDecoder().decode(this.bytes(this.module.output(), length)));
  }

  /** Bytes of the module's memory, which is another when it has grown. */
  bytes(at, length) {
    return new Uint8Array(this.module.memory.buffer, at, length);
  }
}
