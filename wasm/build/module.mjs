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
  for (const [at, { name }] of functionsOf(bare)) {
    if (FORMATTING.test(name)) binaryen.Function.setBody(at, bare.unreachable());
  }
  const small = file.replace(/\.wasm$/, ".opt.wasm");
  writeFileSync(small, bare.emitBinary());
  // What is called once is not put in its caller's place: it is longer there, for brotli.
  const flags = ["-Oz", "--one-caller-inline-max-function-size=1", "--strip-target-features", ...features.map((feature) => `--enable-${feature}`)];
  execFileSync(process.execPath, [optimizer, ...flags, small, "-o", small]);
  const module = readFileSync(small);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(module));
  assert.deepEqual(imports, [], `${file} needs no glue`);
  return module;
}

/**
 * What only puts a panic's message together. Nobody reads it and nothing else
 * is formatted, so the module traps where it would begin to.
 */
const FORMATTING = /\bcore(\[\w+\])?::(fmt|panicking)::/;

const functionsOf = (module) =>
  Array.from({ length: module.getNumFunctions() }, (_, at) => module.getFunctionByIndex(at))
    .map((at) => [at, binaryen.getFunctionInfo(at)])
    .filter(([, { module }]) => !module);
