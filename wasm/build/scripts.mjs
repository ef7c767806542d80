// Bundles the scripts, for each kind of runtime what it takes.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rollup } from "@rollup/wasm-node";
import { minify } from "terser";
import { asFiles, fflate, inline, messages, noMessages, scriptsFor } from "./imports.mjs";

/**
 * Writes the scripts, a file by name, and what they share, into the package; each
 * of those that stand alone with all it needs and without the words of messages.
 * Of the scripts, those `outward` share more among themselves.
 */
export async function scripts(entries, outward, alone, modules, out) {
  const manualChunks = chunks(outward.map((name) => entries.get(name)));

  /** In each of these formats into this folder; answers each script's exports. */
  async function bundled(host, wasm, formats) {
    const exports = new Map();
    for (const [input, texts] of [[entries, messages], ...[...alone].map((one) => [new Map([one]), noMessages])]) {
      const bundle = await rollup({
        input: Object.fromEntries(input),
        plugins: [wasm, scriptsFor(host), texts, fflate],
        external: /^node:|\.wasm$/,
        makeAbsoluteExternalsRelative: false,
      });
      for (const [folder, format, end] of formats) {
        const { output } = await bundle.generate({
          format,
          esModule: true,
          entryFileNames: `[name].${end}`,
          chunkFileNames: `[name].${end}`,
          manualChunks,
          onlyExplicitManualChunks: true,
          minifyInternalExports: true,
          externalLiveBindings: false,
          // Each script loads what it needs itself: `index` no file system.
          hoistTransitiveImports: false,
        });
        mkdirSync(folder, { recursive: true });
        for (const { fileName, name, code, isEntry, exports: names } of output) {
          writeFileSync(join(folder, fileName), await short(code, format === "es"));
          if (isEntry) exports.set(name, names);
        }
      }
      await bundle.close();
    }
    return exports;
  }

  await bundled("browser", inline(modules), [
    [out, "es", "js"],
    [join(out, "cjs"), "cjs", "cjs"],
  ]);
  await bundled("browser", asFiles, [[join(out, "workerd"), "es", "js"]]);

  // In Node, `import` and `require` share one copy: the same classes, so that
  // `instanceof LicenseError` holds across both, and modules compiled once.
  const node = join(out, "node");
  for (const [name, names] of await bundled("node", inline(modules), [[node, "cjs", "cjs"]])) {
    const script = `import all from "./${name}.cjs";\n\nexport const { ${names.join(", ")} } = all;\n`;
    writeFileSync(join(node, `${name}.js`), script);
  }
}

/**
 * Where a script goes that several entries need: into one file, for a page without
 * a bundler asks for each. Nobody shall load in vain what is large, a module's
 * text, or what only entries need that reach outward.
 */
const chunks = (outward) => (id, { getModuleInfo }) => {
  const users = new Set([id]);
  for (const user of users) {
    getModuleInfo(user).importers.forEach((importer) => users.add(importer));
  }
  const entries = [...users].filter((user) => getModuleInfo(user).isEntry);
  if (entries.length < 2) return undefined;
  const [, module] = /^wasm:(.+)$/.exec(id) ?? [];
  return module ?? (entries.every((entry) => outward.includes(entry)) ? "shared-outward" : "shared");
};

/**
 * Makes a script short and leaves `@__PURE__` in: by that an app's bundler knows
 * what it may drop, such as the module of an app that imports nothing but
 * `LicenseError`.
 */
async function short(script, module) {
  const { code } = await minify(script, { module, toplevel: true, ecma: 2022, format: { preserve_annotations: true } });
  return code;
}
