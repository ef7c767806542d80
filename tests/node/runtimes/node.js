// Node: a program of its own for each version and way of loading the package.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { json } from "node:stream/consumers";
import { build } from "esbuild";

const here = import.meta.dirname;
const packages = resolve(here, "../node_modules");
const app = (name) => join(here, "apps/node", name);

/** Ways of loading the package; each answers the program's file. */
const LOADING = {
  "ES modules": () => app("index.js"),

  /** The program as CommonJS: what it imports it requires. */
  CommonJS: async (later) => {
    const outdir = await mkdtemp(join(tmpdir(), "licentia-commonjs-"));
    later(() => rm(outdir, { recursive: true }));
    await build({ entryPoints: [app("index.js")], bundle: true, packages: "external", platform: "node", format: "cjs", outdir });
    return join(outdir, "index.js");
  },

  "the module brought along": () => app("module.js"),
};

/** The Node that this package of npm is, with the package loaded in this way. */
export const node = (version, program, loading) => ({
  async run(fixtures, later) {
    const file = await LOADING[loading](later);
    const child = spawn(join(packages, program, "bin/node"), [file], {
      stdio: ["pipe", "pipe", "inherit"],
      // Where `require` looks for packages from anywhere.
      env: { ...process.env, NODE_PATH: packages },
    });
    child.stdin.end(JSON.stringify(fixtures));
    return json(child.stdout);
  },

  facts: {
    [`this is Node ${version}`]: (found) => assert.equal(found.version.startsWith(`v${version}.`), true),
  },
});
