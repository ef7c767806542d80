import * as glue from "licentia-wasm";
import encoded from "licentia-wasm/module";
import { decode } from "./encoding.js";

let exports;

/**
 * The WebAssembly side, compiled on first need and synchronously: nothing to
 * await, nothing to fetch, and nothing at all for an app that never verifies.
 */
export function wasm() {
  if (exports === undefined) {
    const module = new WebAssembly.Module(decode(encoded));
    const instance = new WebAssembly.Instance(module, { "./licentia_wasm_bg.js": glue });
    glue.__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start();
    exports = glue;
  }
  return exports;
}
