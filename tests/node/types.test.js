import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { specifiers } from "./suite/specifiers.js";

const here = import.meta.dirname;
const folder = mkdtempSync(join(here, "page-"));
after(() => rmSync(folder, { recursive: true }));

/** How TypeScript finds the types of a package, and what that goes with. */
const RESOLUTIONS = { node16: "node16", nodenext: "nodenext", bundler: "preserve" };

/** A program that imports the whole package. */
const every = (statement) =>
  specifiers.map((from, at) => `${statement(`part${at}`, from)}\nexport const its${at} = part${at};`).join("\n");
writeFileSync(join(folder, "every.ts"), every((name, from) => `import * as ${name} from "${from}";`));
writeFileSync(join(folder, "every.cts"), every((name, from) => `import ${name} = require("${from}");`));

for (const [moduleResolution, module] of Object.entries(RESOLUTIONS)) {
  test(`the types fit an application's use of them, in both formats, resolved as by ${moduleResolution}`, () => {
    const files = ["every.ts", "every.cts", ...["usage.ts", "usage.cts", "imports.ts"].map((name) => `../types/${name}`)];
    const configuration = { extends: "../types/tsconfig.json", compilerOptions: { module, moduleResolution }, files };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(configuration));
    const compiler = join(here, "node_modules/typescript/bin/tsc");
    execFileSync(process.execPath, [compiler, "--project", folder], { cwd: here, stdio: "inherit" });
  });
}
