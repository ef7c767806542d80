// Lays out the npm package: node build.mjs <folder of the modules> <package folder> <version>
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { optimized } from "./build/module.mjs";
import { scripts } from "./build/scripts.mjs";

// What can be imported: the script and the types of each are of this name in
// `js`, or in a folder of its own.
const ALGORITHMS = ["ps384", "ps256", "eddsa", "ml-dsa-44", "ml-dsa-44-es256"];
const ENTRIES = ["index", ...ALGORITHMS, "clock", "keeper", "module", "node-lock", "pem", "revocation", "seats"];
// Those of them that reach for a service or a store.
const OUTWARD = ["keeper", "revocation", "seats"];
// What shares nothing with the rest.
const ALONE = ["slim"];
// The WebAssembly modules that scripts import as `wasm:<name>`.
const MODULES = ["verifier", "ps", "eddsa", "ml-dsa-44", "ml-dsa-44-es256", "clock", "node-lock", "seats"];

const [from, out, version] = process.argv.slice(2);
const source = (name) => fileURLToPath(new URL(name, import.meta.url));
const place = (name, extension) =>
  [`js/${name}.${extension}`, `js/${name}/index.${extension}`].map(source).find(existsSync);

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const modules = new Map(MODULES.map((name) => [name, optimized(join(from, `${name}_bg.wasm`))]));
for (const [name, bytes] of modules) {
  writeFileSync(join(out, `${name}.wasm`), bytes);
}
const places = (names) => new Map(names.map((name) => [name, place(name, "js")]));
await scripts(places(ENTRIES), OUTWARD, places(ALONE), modules, out);

for (const name of [...ENTRIES, ...ALONE]) {
  const types = readFileSync(place(name, "d.ts"), "utf8");
  writeFileSync(join(out, `${name}.d.ts`), types);
  writeFileSync(join(out, `${name}.d.cts`), types.replaceAll(/"(\.\/[\w-]+)\.js"/g, '"$1.cjs"'));
}
// Bundled with `revocation`.
cpSync(source("node_modules/fflate/LICENSE"), join(out, "LICENSE-fflate"));
cpSync(source("README.md"), join(out, "README.md"));
cpSync(source("docs"), join(out, "docs"), { recursive: true });

/** Where each runtime finds an entry. */
const conditions = (name) => {
  const esm = { types: `./${name}.d.ts` };
  const cjs = { types: `./${name}.d.cts` };
  return {
    // No module may be compiled there at run time: it is one of the worker's own.
    workerd: { ...esm, default: `./workerd/${name}.js` },
    node: {
      import: { ...esm, default: `./node/${name}.js` },
      require: { ...cjs, default: `./node/${name}.cjs` },
    },
    import: { ...esm, default: `./${name}.js` },
    require: { ...cjs, default: `./cjs/${name}.cjs` },
  };
};
const { devDependencies, ...manifest } = JSON.parse(readFileSync(source("package.json"), "utf8"));
manifest.version = version;
manifest.exports = Object.fromEntries([
  ...[...ENTRIES, ...ALONE].map((name) => [name === "index" ? "." : `./${name}`, conditions(name)]),
  ...MODULES.map((name) => [`./${name}.wasm`, `./${name}.wasm`]),
  ["./package.json", "./package.json"],
]);
writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);

for (const [name, bytes] of [...modules, ["slim.js", readFileSync(join(out, "slim.js"))]]) {
  const sizes = [bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length];
  console.log(`${name.padEnd(10)} ${sizes.join(" / ")} bytes raw / gzip / brotli`);
}
