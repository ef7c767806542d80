import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

test("the types fit an application's use of them, in both formats", () => {
  const compiler = join(import.meta.dirname, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "--project", "types"], { cwd: import.meta.dirname, stdio: "inherit" });
});
