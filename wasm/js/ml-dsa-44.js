import compile from "wasm:ml-dsa-44";
import { algorithm } from "./algorithm.js";
import { decode } from "./base64url.js";

export const mlDsa44 = /* @__PURE__ */ algorithm("ML-DSA-44", ({ pub }) => decode(pub), compile);
