// What the scripts import besides each other, as plugins of Rollup.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decode, encode } from "../js/encoding.js";

const folder = fileURLToPath(new URL("../js", import.meta.url));

/** `<prefix><name>` is the script that is made of the name. */
const named = (prefix, script) => ({
  name: prefix,
  resolveId: (id) => (id.startsWith(prefix) ? id : undefined),
  load: (id) => (id.startsWith(prefix) ? script(id.slice(prefix.length)) : undefined),
});

/** `wasm:<name>` answers the module, compiled from text inside the script. */
export const inline = (modules) =>
  named("wasm:", (name) => {
    const bytes = modules.get(name);
    const text = encode(bytes);
    assert.ok(bytes.equals(decode(text)), "the encoded module decodes to itself");
    return `
      import { decode } from ${JSON.stringify(join(folder, "encoding.js"))};
      export default () => new WebAssembly.Module(decode(${JSON.stringify(text)}));`;
  });

/** `wasm:<name>` answers the module that the runtime has compiled from its file. */
export const asFiles = named(
  "wasm:",
  (name) => `import module from "../${name}.wasm"; export default () => module;`,
);

/** `host:<name>` is the script for this host in the folder of this name. */
export const scriptsFor = (host) => ({
  name: "host",
  resolveId: (id) => (id.startsWith("host:") ? join(folder, id.slice("host:".length), `${host}.js`) : undefined),
});

/** `messages:<name>` are the messages of the core's module of this name, by code. */
export const messages = named("messages:", (name) => {
  const lines = readFileSync(join(folder, "../../core/src", name, "messages.txt"), "utf8").trimEnd().split("\n");
  const texts = Object.fromEntries(lines.map((line) => /^([^:]+): (.+)$/.exec(line).slice(1)));
  return `export default ${JSON.stringify(texts)};`;
});

/** A message is its code. */
export const noMessages = {
  name: "messages",
  load: (id) => (id === join(folder, "messages.js") ? "export const message = (code) => code;" : undefined),
};

/** `fflate` is the same for all: nothing is taken of it that differs between hosts. */
export const fflate = {
  name: "fflate",
  resolveId: (id) => (id === "fflate" ? fileURLToPath(import.meta.resolve("fflate/browser")) : undefined),
};
