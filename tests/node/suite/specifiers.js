import { createRequire } from "node:module";

const { exports } = createRequire(import.meta.url)("@licentia/verifier/package.json");

/** Every script of the package that can be imported, by its specifier. */
export const specifiers = Object.keys(exports)
  .filter((path) => !/\.(wasm|json)$/.test(path))
  .map((path) => path.replace(".", "@licentia/verifier"));
