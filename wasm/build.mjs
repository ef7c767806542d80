// Lays out the npm package: node build.mjs <folder of the glue> <package folder> <version>
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import binaryen from "binaryen";
import { build } from "esbuild";
import { decode, encode } from "./js/encoding.js";

const [glue, out, version] = process.argv.slice(2);
const source = (name) => fileURLToPath(new URL(name, import.meta.url));
const raw = join(glue, "licentia_wasm_bg.wasm");
const optimized = join(glue, "licentia_wasm_bg.opt.wasm");

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

// Only numbers cross, so what wasm-bindgen adds for JavaScript's objects goes.
const bare = binaryen.readBinary(readFileSync(raw));
for (const { name } of WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(raw)))) {
  if (name.startsWith("__")) {
    bare.removeExport(name);
  }
}
writeFileSync(optimized, bare.emitBinary());

execFileSync(process.execPath, [source("node_modules/binaryen/bin/wasm-opt"),
  "-Oz",
  ...features.map((feature) => `--enable-${feature}`),
  optimized,
  "-o",
  optimized,
]);

const module = readFileSync(optimized);
const encoded = join(glue, "module.js");
writeFileSync(encoded, `export default ${JSON.stringify(encode(module))};\n`);
assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(module)), [], "the module needs no glue");
assert.ok(module.equals(decode(encode(module))), "the encoded module decodes to itself");

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const bundle = (format, outfile) =>
  build({
    entryPoints: [source("js/index.js")],
    alias: { "licentia-wasm/module": encoded },
    bundle: true,
    minify: true,
    format,
    target: "es2022",
    outfile: join(out, outfile),
  });
await bundle("esm", "index.js");
await bundle("cjs", "index.cjs");

// The scripts beside the main one. They use its classes; where they keep texts
// depends on the host, so Node has its own.
const beside = ["keeper"];
const subpath = (name, host, format, outfile) =>
  build({
    entryPoints: [source(`js/${name}/index.js`)],
    alias: { "licentia-store": source(`js/store/${host}.js`) },
    plugins: [
      {
        name: "main script",
        setup: ({ onResolve }) =>
          onResolve({ filter: /^licentia-main$/ }, () => ({
            path: format === "esm" ? "./index.js" : "./index.cjs",
            external: true,
          })),
      },
    ],
    bundle: true,
    minify: true,
    format,
    platform: host,
    target: "es2022",
    outfile: join(out, outfile),
  });
for (const name of beside) {
  await subpath(name, "browser", "esm", `${name}.js`);
  await subpath(name, "browser", "cjs", `${name}.cjs`);
  await subpath(name, "node", "cjs", `${name}.node.cjs`);
  copyFileSync(source(`js/${name}/node.js`), join(out, `${name}.node.js`));
  copyFileSync(source(`js/${name}.d.ts`), join(out, `${name}.d.ts`));
  copyFileSync(source(`js/${name}.d.ts`), join(out, `${name}.d.cts`));
}

copyFileSync(source("js/node.js"), join(out, "node.js"));
copyFileSync(source("js/index.d.ts"), join(out, "index.d.ts"));
copyFileSync(source("js/index.d.ts"), join(out, "index.d.cts"));
copyFileSync(source("README.md"), join(out, "README.md"));
cpSync(source("docs"), join(out, "docs"), { recursive: true });
const { devDependencies, ...manifest } = JSON.parse(readFileSync(source("package.json"), "utf8"));
writeFileSync(join(out, "package.json"), JSON.stringify({ ...manifest, version }, null, 2) + "\n");

for (const [name, bytes] of [
  ["module", module],
  ["index.js", readFileSync(join(out, "index.js"))],
]) {
  const sizes = [bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length];
  console.log(`${name.padEnd(10)} ${sizes.join(" / ")} bytes raw / gzip / brotli`);
}
