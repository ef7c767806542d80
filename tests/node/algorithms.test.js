import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fixtures } from "./suite/fixtures.js";

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
