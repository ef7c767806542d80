import { build } from "esbuild";
import { join } from "node:path";

/** Bundles a module as an app's build does; returns its files, the script first. */
export async function bundle(path) {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, path)],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    loader: { ".wasm": "file" },
    outdir: "/out",
    write: false,
    logLevel: "error",
  });
  return outputFiles.toSorted((a, b) => b.path.endsWith(".js") - a.path.endsWith(".js"));
}
