import compile from "wasm:eddsa";
import { algorithm } from "./algorithm.js";

export const eddsa = /* @__PURE__ */ algorithm("EdDSA", compile);
