import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, test } from "node:test";
import * as imported from "@licentia/verifier";
import * as importedRevocation from "@licentia/verifier/revocation";
import { cases } from "./suite/answers.js";
import { api } from "./suite/api.js";
import { fixtures } from "./suite/fixtures.js";

const require = createRequire(import.meta.url);
const required = require("@licentia/verifier");
const requiredRevocation = require("@licentia/verifier/revocation");

describe("Node", () => {
  for (const [name, rule] of cases(fixtures)) {
    test(name, () => rule(api, fixtures));
  }
});

test("import and require give the same classes", () => {
  assert.equal(imported.LicenseError, required.LicenseError);
  assert.equal(imported.Verifier, required.Verifier);
  assert.equal(importedRevocation.StatusList, requiredRevocation.StatusList);
});

test("where the module is brought along, it must be one, and be there first", async () => {
  const { initialize, Verifier } = await import("@licentia/verifier/module");
  const create = () => Verifier.create({ keys: fixtures.jwk });
  assert.throws(create, { code: "ARGUMENT_INVALID", message: /call `initialize\(module\)` first/ });
  const bytes = readFileSync(require.resolve("@licentia/verifier/verifier.wasm"));
  assert.throws(() => initialize(bytes), { code: "ARGUMENT_INVALID" });
  assert.throws(create, { code: "ARGUMENT_INVALID" });
  initialize(new WebAssembly.Module(bytes));
  assert.ok(create().verify(fixtures.token, { now: fixtures.now }).has("Seats"));
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

test("just the units that the types list are known", () => {
  const types = readFileSync(join(import.meta.dirname, "node_modules/@licentia/verifier/index.d.ts"), "utf8");
  const [, list] = /export type Unit =([^;]*);/.exec(types);
  const units = list.match(/\w[\w/]*/g);
  const license = imported.Verifier.create({ keys: fixtures.jwk }).verify(fixtures.token, { now: fixtures.now });
  const isKnown = (unit) => {
    try {
      return license.allows("Seats", 1, unit) || true;
    } catch (error) {
      assert.equal(error.code, "ARGUMENT_INVALID");
      return false;
    }
  };
  // All that their parts make, and what is nearly one of them.
  const words = units.flatMap((unit) => unit.split("/"));
  const made = ["", "Micro", "Milli", "Kilo", "Mega", "Giga", "Tera"].flatMap((size) =>
    [...words, ...words.map((word) => word.toLowerCase())].flatMap((word) => [size + word, `${size}${word}/Second`]),
  );
  const near = units.flatMap((unit) => [unit.slice(0, -1), `${unit}s`, ` ${unit}`, `${unit}\n`, unit.toUpperCase(), [unit]]);
  for (const unit of [...units, ...made, ...near, "", "/Second", "toString", "__proto__"]) {
    assert.equal(isKnown(unit), units.includes(unit), JSON.stringify(unit));
  }
  assert.ok(units.length > 20);
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

test("a stack that ends within the module costs that call alone", () => {
  const script = `
    const { Verifier } = await import("@licentia/verifier");
    const { jwk, token, now } = ${JSON.stringify({ ...fixtures, core: undefined })};
    const verifier = Verifier.create({ keys: jwk });
    verifier.verify(token, { now });
    // Calls from ever further away from the stack's end.
    let calls = 0;
    const dive = () => {
      try {
        dive();
      } catch {}
      if (calls++ > 500) return;
      try {
        verifier.verify(token, { now });
      } catch {}
    };
    dive();
    console.log(verifier.verify(token, { now }).licenseArn.length > 0);`;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: import.meta.dirname,
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.equal(output, "true\n");
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
    const { jwk, token, now } = ${JSON.stringify({ ...fixtures, core: undefined, revocation: undefined })};
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
