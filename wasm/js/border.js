/**
 * The border to one WebAssembly module, which texts and bytes cross through two
 * buffers in its memory. The module is compiled on first need and
 * synchronously: nothing to await, nothing to fetch, and nothing at all for an
 * app that never verifies.
 */
export class Border {
  #compile;
  #encoder = new TextEncoder();

  /** The module in use, if there is one: its functions and memory. */
  module;

  /** `compile` answers the `WebAssembly.Module`. */
  constructor(compile) {
    this.#compile = compile;
  }

  /** Calls a function of the module with numbers and with texts or bytes, of which it gets the lengths. */
  call(name, parts, ...numbers) {
    try {
      this.module ??= new WebAssembly.Instance(this.#compile()).exports;
      let at = this.module.input(parts.reduce((sum, part) => sum + part.length, 0));
      for (const part of parts) {
        const place = this.#bytes(at, part.length);
        if (typeof part !== "string") {
          place.set(part);
        } else if (this.#encoder.encodeInto(part, place).read < part.length) {
          // There is more in it than ASCII.
          return this.call(name, parts.map((part) => (typeof part === "string" ? this.#encoder.encode(part) : part)), ...numbers);
        }
        at += part.length;
      }
      return this.module[name](...numbers, ...parts.map((part) => part.length));
    } catch (trap) {
      // Such as a stack without room for more: the module stopped in the middle,
      // its lock held, and would wait for itself. The next call gets another one.
      this.module = undefined;
      throw trap;
    }
  }

  /** As `call`, and answers the bytes whose number the function returns. */
  answer(...all) {
    const length = this.call(...all);
    return this.#bytes(this.module.output(), length);
  }

  /** As `answer`, of an answer in JSON. */
  ask(...all) {
    return JSON.parse(new TextDecoder().decode(this.answer(...all)));
  }

  /** The memory is another when it has grown. */
  #bytes(at, length) {
    return new Uint8Array(this.module.memory.buffer, at, length);
  }
}
