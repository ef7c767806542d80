// Makes a WebAssembly module small.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import binaryen from "binaryen";

const optimizer = fileURLToPath(new URL("../node_modules/binaryen/bin/wasm-opt", import.meta.url));

// What rustc emits by default and every engine since 2022 runs. Never all:
// Chromium refuses what the newest proposals would put into the module.
const features = [
  "bulk-memory",
  "bulk-memory-opt",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
];

/** The bytes of the module in this file, optimized. */
export function optimized(file) {
  const bytes = readFileSync(file);
  // Only numbers cross, so what wasm-bindgen adds for JavaScript's objects goes.
  const bare = binaryen.readBinary(bytes);
  for (const { name } of WebAssembly.Module.exports(new WebAssembly.Module(bytes))) {
    if (name.startsWith("__")) {
      bare.removeExport(name);
    }
  }
  bareImports(bare);
  const small = file.replace(/\.wasm$/, ".opt.wasm");
  writeFileSync(small, bare.emitBinary());
  // What is called once is not put in its caller's place: it is longer there, for brotli.
  const flags = ["-Oz", "--one-caller-inline-max-function-size=1", "--strip-target-features", ...features.map((feature) => `--enable-${feature}`)];
  execFileSync(process.execPath, [optimizer, ...flags, small, "-o", small]);
  const module = readFileSync(small);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(module));
  assert.ok(imports.every(({ module, kind }) => module === "host" && kind === "function"), `${file} needs no glue`);
  return module;
}

/** What the module asks JavaScript, under its own name instead of wasm-bindgen's: `host`. */
function bareImports(module) {
  // All are looked up before any moves another.
  const functions = Array.from({ length: module.getNumFunctions() }, (_, at) => module.getFunctionByIndex(at));
  for (const { name, module: from, base, params, results } of functions.map(binaryen.getFunctionInfo)) {
    const [, own] = /^__wbg_(\w+)_[0-9a-f]{16}$/.exec(base) ?? [];
    if (from && own) {
      module.removeFunction(name);
      module.addFunctionImport(name, "host", own, params, results);
    }
  }
}
