import * as glue from "licentia-wasm";
import encoded from "licentia-wasm/module";

let exports;

/**
 * The WebAssembly side, compiled on first need and synchronously: nothing to
 * await, nothing to fetch, and nothing at all for an app that never verifies.
 */
export function wasm() {
  if (exports === undefined) {
    const text = atob(encoded);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) {
      bytes[i] = text.charCodeAt(i);
    }
    const module = new WebAssembly.Module(bytes);
    const instance = new WebAssembly.Instance(module, { "./licentia_wasm_bg.js": glue });
    glue.__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start();
    exports = glue;
  }
  return exports;
}
