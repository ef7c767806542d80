import compile from "wasm:ml-dsa-44";
import { algorithm } from "./algorithm.js";

export const mlDsa44 = /* @__PURE__ */ algorithm("ML-DSA-44", compile);
