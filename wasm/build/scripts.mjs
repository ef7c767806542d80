// Bundles the scripts, for each kind of runtime what it takes.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minify } from "terser";
import { decode, encode } from "../js/encoding.js";

const folder = fileURLToPath(new URL("../js", import.meta.url));

/**
 * Writes the scripts, a file by name, and what they share, into the package; each
 * of those that stand alone with all it needs and without the words of messages.
 */
export async function scripts(entries, alone, modules, out) {
  const settings = { bundle: true, minifySyntax: true, minifyIdentifiers: true, target: "es2022", metafile: true };

  /** As ES modules; answers each script's exports. */
  async function modern(host, outdir, wasm) {
    const bundled = async (entries, texts, splitting) => {
      const { metafile } = await build({
        ...settings,
        entryPoints: [...entries].map(([out, path]) => ({ in: path, out })),
        plugins: [{ name: "licentia", setup: (hooks) => [wasm, scriptsFor(host), texts].forEach((add) => add(hooks)) }],
        platform: host,
        format: "esm",
        splitting,
        chunkNames: "shared-[hash]",
        outdir,
      });
      return Object.entries(metafile.outputs);
    };
    const outputs = [...(await bundled(entries, messages, true)), ...(await bundled(alone, noMessages, false))];
    await Promise.all(outputs.map(([path]) => tighten(path)));
    const exportsOf = (name) => outputs.find(([path]) => path.endsWith(`/${name}.js`))[1].exports;
    return new Map([...entries.keys(), ...alone.keys()].map((name) => [name, exportsOf(name)]));
  }

  /** The ES modules of a folder as CommonJS, script by script. */
  async function commonJs(from, outdir) {
    const names = readdirSync(from).filter((name) => name.endsWith(".js"));
    await build({
      ...settings,
      minifyWhitespace: true,
      entryPoints: names.map((name) => join(from, name)),
      plugins: [
        {
          name: "neighbours",
          setup: ({ onResolve }) =>
            onResolve({ filter: /^\.\// }, ({ path }) => ({ path: path.replace(/\.js$/, ".cjs"), external: true })),
        },
      ],
      platform: "node",
      format: "cjs",
      outdir,
      outExtension: { ".js": ".cjs" },
    });
  }

  await modern("browser", out, inline(modules));
  await commonJs(out, join(out, "cjs"));

  // In Node, `import` and `require` share one copy: the same classes, so that
  // `instanceof LicenseError` holds across both, and modules compiled once.
  const temporary = join(out, "node", "esm");
  const exports = await modern("node", temporary, inline(modules));
  await commonJs(temporary, join(out, "node"));
  rmSync(temporary, { recursive: true });
  for (const [name, names] of exports) {
    const script = `import all from "./${name}.cjs";\n\nexport const { ${names.join(", ")} } = all;\n`;
    writeFileSync(join(out, "node", `${name}.js`), script);
  }

  await modern("browser", join(out, "workerd"), asFiles);
}

/**
 * Takes the space out of a script, as esbuild would, and leaves `@__PURE__` in:
 * by that an app's bundler knows what it may drop, such as the module of an app
 * that imports nothing but `LicenseError`.
 */
async function tighten(path) {
  const options = { module: true, ecma: 2022, compress: false, mangle: false, format: { preserve_annotations: true } };
  const { code } = await minify(readFileSync(path, "utf8"), options);
  writeFileSync(path, code);
}

/** `wasm:<name>` answers the module, compiled from text inside the script. */
const inline = (modules) => ({ onResolve, onLoad }) => {
  onResolve({ filter: /^wasm:/ }, ({ path }) => ({ path: path.slice(5), namespace: "wasm" }));
  onLoad({ filter: /./, namespace: "wasm" }, ({ path }) => {
    const bytes = modules.get(path);
    const text = encode(bytes);
    assert.ok(bytes.equals(decode(text)), "the encoded module decodes to itself");
    return {
      contents: `
        import { decode } from "./encoding.js";
        export default () => new WebAssembly.Module(decode(${JSON.stringify(text)}));`,
      resolveDir: folder,
    };
  });
};

/** `wasm:<name>` answers the module that the runtime has compiled from its file. */
const asFiles = ({ onResolve, onLoad }) => {
  onResolve({ filter: /^wasm:/ }, ({ path }) => ({ path: path.slice(5), namespace: "wasm" }));
  onResolve({ filter: /\.wasm$/ }, ({ path }) => ({ path, external: true }));
  onLoad({ filter: /./, namespace: "wasm" }, ({ path }) => ({
    contents: `import module from "../${path}.wasm"; export default () => module;`,
    resolveDir: folder,
  }));
};

/** `host:<name>` is the script for this host in the folder of this name. */
const scriptsFor = (host) => ({ onResolve }) =>
  onResolve({ filter: /^host:/ }, ({ path }) => ({ path: join(folder, path.slice(5), `${host}.js`) }));

/** A message is its code. */
const noMessages = ({ onLoad }) =>
  onLoad({ filter: /\/messages\.js$/ }, () => ({ contents: "export const message = (code) => code;" }));

/** `messages:<name>` are the messages of the core's module of this name, by code. */
function messages({ onResolve, onLoad }) {
  onResolve({ filter: /^messages:/ }, ({ path }) => ({
    path: join(folder, "../../core/src", path.slice("messages:".length), "messages.txt"),
    namespace: "messages",
  }));
  onLoad({ filter: /./, namespace: "messages" }, ({ path }) => {
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    const texts = Object.fromEntries(lines.map((line) => /^([^:]+): (.+)$/.exec(line).slice(1)));
    return { contents: JSON.stringify(texts), loader: "json" };
  });
}
