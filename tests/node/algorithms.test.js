import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { build } from "vite";
import { algorithmContract } from "./suite/algorithms.js";
import { fixtures } from "./suite/fixtures.js";

const SUBPATHS = ["", "/ps384", "/ps256", "/eddsa", "/ml-dsa-44", "/ml-dsa-44-es256"];
const require = createRequire(import.meta.url);
const together = (modules) => Object.assign({}, ...modules);
const imported = together(await Promise.all(SUBPATHS.map((path) => import(`@licentia/verifier${path}`))));
const required = together(SUBPATHS.map((path) => require(`@licentia/verifier${path}`)));

for (const [format, api] of [
  ["ESM", imported],
  ["CommonJS", required],
]) {
  describe(`Algorithms in Node, ${format}`, () => {
    for (const [name, rule] of algorithmContract(fixtures)) {
      test(name, () => rule(api, fixtures));
    }
  });
}

test("an algorithm is compiled with its first key", () => {
  const { jwk, algorithms } = fixtures;
  const script = `
    const compile = WebAssembly.Module;
    let compiled = 0;
    WebAssembly.Module = class extends compile { constructor(bytes) { super(bytes); compiled += 1; } };
    const { Verifier } = await import("@licentia/verifier");
    const { ps384 } = await import("@licentia/verifier/ps384");
    const { ps256 } = await import("@licentia/verifier/ps256");
    const counts = [compiled];
    for (const keys of ${JSON.stringify([jwk, jwk, ...algorithms.filter(({ name }) => name === "PS384").map((one) => one.jwk)])}) {
      Verifier.create({ keys, algorithms: [ps384, ps256] });
      counts.push(compiled);
    }
    console.log(counts.join());`;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  assert.equal(output, "0,1,1,2,2\n");
});

test("where an algorithm's module cannot be compiled, the error is the engine's and the verifier works on", () => {
  const { jwk, token, now, algorithms } = fixtures;
  const { jwk: eddsa } = algorithms.find(({ name }) => name === "EdDSA");
  const script = `
    const { Verifier } = await import("@licentia/verifier");
    const { eddsa } = await import("@licentia/verifier/eddsa");
    const verifier = Verifier.create({ keys: ${JSON.stringify(jwk)} });
    WebAssembly.Module = class { constructor() { throw new WebAssembly.CompileError("forbidden"); } };
    try {
      Verifier.create({ keys: ${JSON.stringify(eddsa)}, algorithms: [eddsa] });
    } catch (error) {
      console.log(error.name, verifier.verify(${JSON.stringify(token)}, { now: ${now} }).has("Seats"));
    }`;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: import.meta.dirname,
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.equal(output, "CompileError true\n");
});

/** The size of an app of these statements, bundled as apps are. */
async function bundled(code) {
  const virtual = { name: "app", resolveId: (id) => (id === "app" ? id : null), load: (id) => (id === "app" ? code : null) };
  const { output } = await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: "silent",
    plugins: [virtual],
    build: { write: false, lib: { entry: "app", formats: ["es"] }, rollupOptions: { input: "app" } },
  }).then((result) => (Array.isArray(result) ? result[0] : result));
  return output.map(({ code }) => code ?? "").join("");
}

test("an algorithm that is not used is not downloaded", async () => {
  const verify = "export { Verifier } from '@licentia/verifier';";
  const alone = await bundled(verify);
  const unused = await bundled(`import { ps384 } from '@licentia/verifier/ps384'; ${verify}`);
  const used = await bundled(`export { ps384 } from '@licentia/verifier/ps384'; ${verify}`);
  // An import may change the order of what they share, and so its short names.
  assert.ok(unused.length < alone.length + 100, `${unused.length - alone.length} more characters`);
  assert.ok(used.length > alone.length + 10_000);
});
