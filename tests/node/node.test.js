import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, test } from "node:test";
import * as imported from "@licentia/verifier";
import { contract } from "./suite/contract.js";
import { fixtures } from "./suite/fixtures.js";

const required = createRequire(import.meta.url)("@licentia/verifier");

for (const [format, api] of [
  ["ESM", imported],
  ["CommonJS", required],
]) {
  describe(`Node, ${format}`, () => {
    for (const [name, rule] of contract(fixtures)) {
      test(name, () => rule(api, fixtures));
    }
  });
}

test("import and require give the same classes", () => {
  assert.equal(imported.LicenseError, required.LicenseError);
  assert.equal(imported.Verifier, required.Verifier);
});

test("the README's example runs as it stands", () => {
  const readme = readFileSync(join(import.meta.dirname, "node_modules/@licentia/verifier/README.md"), "utf8");
  const [, example] = /```js\n(.*?)```/s.exec(readme);
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", example], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  assert.match(output, /^TOKEN_MALFORMED not a signed token/);
});

test("nothing is compiled before the first verifier is made", () => {
  const script = `
    const compile = WebAssembly.Module;
    let compiled = 0;
    WebAssembly.Module = class extends compile { constructor(bytes) { super(bytes); compiled += 1; } };
    const { Verifier } = await import("@licentia/verifier");
    const before = compiled;
    for (let i = 0; i < 3; i++) Verifier.create({ keys: ${JSON.stringify(fixtures.jwk)} });
    console.log(before, compiled);`;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  assert.equal(output, "0 1\n");
});

test("verifying takes no more memory, and verifiers go with their last reference", () => {
  const script = `
    const { Verifier } = await import("@licentia/verifier");
    const { Instance } = WebAssembly;
    let memory;
    WebAssembly.Instance = class {
      constructor(...all) {
        const instance = new Instance(...all);
        ({ memory } = instance.exports);
        return instance;
      }
    };
    const { jwk, token, now } = ${JSON.stringify({ ...fixtures, core: undefined })};
    const rounds = async (count) => {
      for (let round = 0; round < count; round++) {
        for (let i = 0; i < 200; i++) Verifier.create({ keys: jwk });
        for (let i = 0; i < 20; i++) Verifier.create({ keys: jwk }).verify(token, { now });
        gc();
        await new Promise((done) => setTimeout(done));
      }
      return memory.buffer.byteLength;
    };
    const before = await rounds(10);
    console.log((await rounds(40)) - before);`;
  const output = execFileSync(process.execPath, ["--expose-gc", "--input-type=module", "--eval", script], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  assert.equal(output, "0\n");
});
