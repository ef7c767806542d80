// The rules of tokens stand twice, in the core and in JavaScript. The core makes
// tokens by chance, most of them wrong in some place, and writes what becomes
// of each; the package must answer the same, down to the words.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { api } from "./suite/api.js";
import { answer, expected, verifierOf } from "./suite/vector.js";

const path = process.env.LICENTIA_CASES ?? join(import.meta.dirname, "../../target/tokens.jsonl");
const HOW = `${path} is missing; make it, in the workspace's folder:
LICENTIA_CASES=$PWD/target/tokens.jsonl cargo test -p licentia-core --test token twins`;

test("of tokens by chance the package says what the core says", () => {
  assert.ok(existsSync(path), HOW);
  const [file, ...cases] = readFileSync(path, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
  const verifiers = { keys: verifierOf(api, file, "keys"), issuers: verifierOf(api, file, "issuers") };
  const differences = [];
  for (const one of cases) {
    const [here, there] = [answer(api, verifiers[one.trust], one), expected(one)];
    if (JSON.stringify(here) !== JSON.stringify(there)) {
      const [header, payload] = one.token.split(".", 2).map((part) => Buffer.from(part, "base64url").toString("latin1").slice(0, 1000));
      differences.push({ here, there, header, payload, options: one.options, now: one.now });
    }
  }
  assert.ok(cases.length >= 1000, `${cases.length}`);
  assert.deepEqual(differences.slice(0, 3), [], `${differences.length} of ${cases.length} tokens differ`);
});
