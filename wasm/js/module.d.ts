/**
 * The verifier for places that forbid compiling WebAssembly at run time, or
 * load the module their own way: the application brings the compiled module.
 *
 * @module
 */

export * from "./index.js";

// `object`: not every program has the types of WebAssembly.
/**
 * Takes the compiled module, the `WebAssembly.Module` of
 * `@licentia/verifier/verifier.wasm`; to be called before the first
 * `Verifier.create`. Only the first call counts.
 *
 * @throws {LicenseError} `ARGUMENT_INVALID` where it is no `WebAssembly.Module`.
 */
export function initialize(module: object): void;
