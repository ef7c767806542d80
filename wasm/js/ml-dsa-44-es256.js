import compile from "wasm:ml-dsa-44-es256";
import { algorithm } from "./algorithm.js";
import { decode } from "./base64url.js";

export const mlDsa44Es256 = /* @__PURE__ */ algorithm("ML-DSA-44-ES256", ({ pub }) => decode(pub), compile);
