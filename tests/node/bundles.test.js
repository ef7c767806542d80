// What an app does not use it does not download, whichever bundler it has.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { encode } from "../../wasm/js/encoding.js";
import { esbuild, vite, webpack } from "./runtimes/bundlers.js";
import { specifiers } from "./suite/specifiers.js";

const folder = mkdtempSync(join(import.meta.dirname, "page-"));
after(() => rmSync(folder, { recursive: true }));

const bundlers = { Vite: vite, webpack, esbuild: (app, site) => esbuild(app, site, { minify: true }) };

/** The one script that an app of these statements becomes. */
async function bundled(bundler, ...statements) {
  const [app, site] = ["app-", "site-"].map((name) => mkdtempSync(join(folder, name)));
  writeFileSync(join(app, "index.html"), '<!doctype html><script type="module" src="./index.js"></script>');
  writeFileSync(join(app, "index.js"), statements.join("\n"));
  assert.deepEqual(await bundler(app, site), []);
  const scripts = readdirSync(site, { recursive: true }).filter((name) => name.endsWith(".js"));
  assert.equal(scripts.length, 1);
  return readFileSync(join(site, scripts[0]), "utf8");
}

/** A module's text, which is long and without a blank. */
const MODULE = /[^\s"]{3000,}/;
const carriesModule = (script) => MODULE.test(script);

test("the modules stand in the scripts of each kind as they are in their own files", () => {
  const shipped = join(import.meta.dirname, "node_modules/@licentia/verifier");
  const texts = (kind, end) =>
    readdirSync(join(shipped, kind))
      .filter((name) => name.endsWith(end))
      .flatMap((name) => readFileSync(join(shipped, kind, name), "utf8").match(new RegExp(MODULE, "g")) ?? []);
  const modules = readdirSync(shipped).filter((name) => name.endsWith(".wasm"));
  assert.ok(modules.length > 5);
  const expected = new Set(modules.map((name) => encode(readFileSync(join(shipped, name)))));
  for (const [kind, end] of [["", ".js"], ["cjs", ".cjs"], ["node", ".cjs"]]) {
    assert.deepEqual(new Set(texts(kind, end)), expected);
  }
});

for (const [name, bundler] of Object.entries(bundlers)) {
  describe(name, () => {
    const app = 'console.log("app");';
    const verifies = 'import { Verifier } from "@licentia/verifier"; console.log(Verifier);';
    const algorithm = 'import { ps384 } from "@licentia/verifier/ps384";';

    test("an app that uses nothing of what it imports is the same to the byte", async () => {
      const unused = specifiers.map((from, at) => `import * as unused${at} from "${from}";`);
      assert.ok(unused.length > 5);
      assert.equal(await bundled(bundler, ...unused, app), await bundled(bundler, app));
    });

    test("what needs no module brings none", async () => {
      const catches = 'import { LicenseError } from "@licentia/verifier"; console.log(LicenseError);';
      const keeps = 'import { LeaseKeeper } from "@licentia/verifier/keeper"; console.log(LeaseKeeper);';
      const revokes = 'import { Revocation } from "@licentia/verifier/revocation"; console.log(Revocation);';
      for (const statement of [catches, keeps, revokes, verifies]) {
        assert.equal(carriesModule(await bundled(bundler, statement)), statement === verifies, statement);
      }
    });

    test("an algorithm that is not used is not downloaded", async () => {
      const alone = await bundled(bundler, verifies);
      const unused = await bundled(bundler, algorithm, verifies);
      const used = await bundled(bundler, algorithm, verifies, "console.log(ps384);");
      // An import may change the order of what they share, and so its short names.
      assert.ok(unused.length < alone.length + 100, `${unused.length - alone.length} more characters`);
      assert.ok(used.length > alone.length + 10_000);
    });
  });
}
