// workerd, which Cloudflare Workers run on: it compiles no module at run time.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import npm from "workerd";

// The package is CommonJS.
const { default: program, compatibilityDate } = npm;

/** The app's script, and the package's modules as files beside it: as wrangler bundles. */
async function bundled(name, outdir) {
  await build({
    entryPoints: { main: join(import.meta.dirname, "apps/edge", `${name}.js`) },
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    outdir,
  });
  const files = await readdir(outdir);
  return ["main.js", ...files.filter((file) => file !== "main.js").sort()];
}

/** One worker of these files, the script first, at any free port. */
function configuration(files) {
  const kind = (file) => (file.endsWith(".wasm") ? "wasm" : "esModule");
  const modules = files.map((file) => `(name = "${file}", ${kind(file)} = embed "${file}")`);
  return `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [(name = "app", worker = (modules = [${modules}], compatibilityDate = "${compatibilityDate}"))],
      sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "app")],
    );`;
}

/** An app in workerd. */
export const workerd = (app) => ({
  async run(fixtures, later) {
    const folder = await mkdtemp(join(tmpdir(), "licentia-workerd-"));
    later(() => rm(folder, { recursive: true }));
    const files = await bundled(app, folder);
    await writeFile(join(folder, "config.capnp"), configuration(files));
    const server = spawn(program, ["serve", "config.capnp", "--control-fd=3"], {
      cwd: folder,
      stdio: ["ignore", "inherit", "inherit", "pipe"],
    });
    later(() => server.kill());
    const { value: listening } = await createInterface(server.stdio[3])[Symbol.asyncIterator]().next();
    assert.ok(listening, "workerd did not start");
    const { port } = JSON.parse(listening);
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: JSON.stringify(fixtures) });
    return { files, ...(await answer.json()) };
  },

  facts: {
    "the module is a file of the worker": ({ files }) => assert.match(files.join(), /\bverifier-\w+\.wasm\b/),
    "it forbids compiling modules": ({ compiling }) => assert.match(compiling, /^CompileError: /),
  },
});
