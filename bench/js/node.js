import { execFileSync } from "node:child_process";
import { firstRows } from "./first.js";
import { fixture } from "./fixture.js";
import { suite } from "./suite.js";

const quick = process.argv.includes("--quick");

/** In a process of its own. */
function measure(contender) {
  const script = `
    import { first } from "./first.js";
    console.log(JSON.stringify(await first("./${contender}", ${JSON.stringify(fixture)})));`;
  const options = { cwd: import.meta.dirname, encoding: "utf8" };
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", script], options));
}

const rows = [...(await suite(fixture, quick)), ...(await firstRows(measure, quick))];
console.log(JSON.stringify(rows));
