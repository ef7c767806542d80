// The bundlers without any configuration: each takes an app's folder, whose
// `index.html` loads `index.js`, leaves the site in another folder, and answers
// what it warned of.
import { cp, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as esbuildApi from "esbuild";
import * as viteApi from "vite";
import webpackApi from "webpack";

export async function vite(root, outDir) {
  const warnings = [];
  const customLogger = { ...viteApi.createLogger("silent"), warn: (text) => warnings.push(text) };
  await viteApi.build({ root, configFile: false, logLevel: "warn", customLogger, build: { outDir, emptyOutDir: true } });
  return warnings;
}

export async function webpack(context, outDir) {
  const compiler = webpackApi({ mode: "production", context, entry: "./index.js", output: { path: outDir } });
  const stats = await promisify(compiler.run.bind(compiler))();
  await promisify(compiler.close.bind(compiler))();
  const page = await readFile(join(context, "index.html"), "utf8");
  await writeFile(join(outDir, "index.html"), page.replace("./index.js", "./main.js"));
  const { errors, warnings } = stats.compilation;
  // The suite makes a large app.
  const ofSize = /^(AssetsOverSizeLimit|EntrypointsOverSizeLimit|NoAsyncChunks)Warning$/;
  return [...errors, ...warnings.filter(({ name }) => !ofSize.test(name))].map(String);
}

/** Every script of the folder becomes one, as a script that is no module. */
export async function esbuild(folder, outdir, options = {}) {
  const scripts = (await readdir(folder)).filter((name) => name.endsWith(".js"));
  const entryPoints = scripts.map((name) => join(folder, name));
  const { warnings } = await esbuildApi.build({ entryPoints, bundle: true, outdir, logLevel: "silent", ...options });
  await cp(join(folder, "index.html"), join(outdir, "index.html"));
  return warnings.map(({ text }) => text);
}

const PACKAGE = "@licentia/verifier";

/** No bundler for the package: its own scripts are served as they are, from `/verifier`. */
export async function none(folder, outdir) {
  const shipped = dirname(fileURLToPath(import.meta.resolve(`${PACKAGE}/package.json`)));
  await cp(shipped, join(outdir, "verifier"), { recursive: true });
  const served = ({ path }) => ({ path: `/verifier/${path.slice(PACKAGE.length + 1) || "index"}.js`, external: true });
  const plugin = { name: "served", setup: ({ onResolve }) => onResolve({ filter: /^@licentia\/verifier/ }, served) };
  return esbuild(folder, outdir, { format: "esm", plugins: [plugin] });
}
