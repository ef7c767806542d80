import compile from "wasm:ml-dsa-44-es256";
import { algorithm } from "./algorithm.js";

export const mlDsa44Es256 = /* @__PURE__ */ algorithm("ML-DSA-44-ES256", compile);
