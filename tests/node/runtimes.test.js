// The whole suite in every runtime that the package is for.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { RUNTIMES } from "./runtimes/table.js";
import { cases } from "./suite/answers.js";
import { fixtures } from "./suite/fixtures.js";

const undoing = [];
after(async () => {
  for (const undo of undoing.reverse()) await undo();
});

for (const [name, { run, facts }] of Object.entries(RUNTIMES)) {
  describe(name, () => {
    let found;
    before(async () => {
      found = await run(fixtures, (undo) => undoing.push(undo));
    });

    test("every rule of the suite holds", () => {
      const names = cases(fixtures).map(([name]) => name);
      assert.deepEqual(found.answers.map(([name]) => name), names);
      const broken = found.answers.filter(([, wrong]) => wrong !== null).map((answer) => answer.join(": "));
      assert.equal(broken.length, 0, ["rules that do not hold, the first of them:", ...broken.slice(0, 5)].join("\n"));
    });

    for (const [fact, check] of Object.entries(facts)) {
      test(fact, () => check(found));
    }
  });
}
